"""Does the bench count what processes really use?"""

import os
import subprocess
import sys

from bench import costs


class ProcessorTests:
    def test_a_child_counts_while_it_lives_and_after_it_has_ended(self):
        before = costs.processor_seconds(os.getpid())
        work = "sum(range(3_000_000)); input()"
        child = subprocess.Popen(
            [sys.executable, "-c", work], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        assert costs.tree(os.getpid())[-1] == child.pid
        assert costs.parent_of(child.pid) == os.getpid()
        child.communicate(b"\n")
        assert costs.processor_seconds(os.getpid()) - before > 0.02

    def test_who_is_gone_costs_nothing(self):
        child = subprocess.Popen([sys.executable, "-c", ""])
        child.wait()
        assert costs.tree(child.pid) == []
        assert costs.processor_seconds(child.pid) == 0


class MachineTests:
    def test_it_is_never_busier_than_there_is_time(self):
        busy, total = costs.machine_seconds()
        assert 0 < busy < total

    def test_our_memory_is_counted(self):
        rss, pss = costs.memory_mb(os.getpid())
        assert rss >= pss > 10
