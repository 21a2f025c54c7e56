"""Does the bench notice when answers tell more than they should?"""

import pytest

from bench.comparing import Answer, likelihood_of_one_origin, one_sided, without

CSRF = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'


def answered(email: str, *, token: str, location: str = "/account/confirm-email/") -> Answer:
    page = without(f"{CSRF.format(token)}<p>Eine Mail an {email}</p>", [email])
    return Answer(302, location, ("__Host-csrf",), "", page)


KNOWN = [answered("alice@example.org", token="a1"), answered("bob@example.org", token="b2")]


class AnswersTests:
    def test_what_was_typed_and_what_is_drawn_makes_no_difference(self):
        assert one_sided(KNOWN, [answered("zora@example.org", token="z9")]) == set()

    @pytest.mark.parametrize(
        "planted",
        [
            {"status": 422},
            {"location": "/account/login/"},
            {"cookies": ("__Host-csrf", "__Host-session")},
            {"body": "Diese Adresse ist vergeben."},
            {"page": KNOWN[0].page.replace("Eine Mail", "Noch eine Mail")},
        ],
    )
    def test_one_different_answer_among_many_is_found(self, planted):
        odd = KNOWN[0]._replace(**planted)

        assert one_sided([*KNOWN, odd], KNOWN) == {odd}
        assert one_sided(KNOWN, [*KNOWN, odd]) == {odd}


class LikelihoodTests:
    @pytest.mark.parametrize(
        ("first", "second", "p"),
        [
            # The example of SciPy's manual: U = 17.
            ([19, 22, 16, 29, 24], [20, 11, 17, 12], 0.11134688653314041),
            # By hand: ranks add up to 13, U = 3, variance 16/12 × (9 - 48/56), z = 1.366.
            ([1, 2, 2, 3], [2, 3, 3, 4], 0.1720),
            ([5, 5, 5], [5, 5, 5], 1.0),
        ],
    )
    def test_it_is_what_textbooks_find(self, first, second, p):
        assert likelihood_of_one_origin(first, second) == pytest.approx(p, abs=5e-5)
        assert likelihood_of_one_origin(second, first) == pytest.approx(p, abs=5e-5)

    def test_a_small_shift_of_many_is_noticed_and_a_shuffle_is_not(self):
        first = [float(ms) for ms in range(200)]

        assert likelihood_of_one_origin(first, [ms + 25 for ms in first]) < 0.001
        assert likelihood_of_one_origin(first, [*reversed(first)]) > 0.99
