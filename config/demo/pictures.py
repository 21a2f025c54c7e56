"""What do the pictures of the demo's paper show? Flat landscapes and buildings, drawn as SVG."""

from collections.abc import Callable

WIDTH, HEIGHT = 1280, 720
HORIZON = 430
SKIES = ["#9fb4b6", "#b7c3c0", "#c9c3b4", "#a9b7c4", "#c2b8b0"]
FAR, NEAR, MEADOW = "#7d9490", "#5f7b72", "#8a9a6f"
WATER, LIGHT_WATER = "#6f8f9c", "#8ba7b1"
STONE, DARK_STONE, ROOF, WOOD = "#c8bfae", "#8f887b", "#8c5a4a", "#7a6552"
GLASS, PALE, SAIL = "#56666c", "#e4ded1", "#eee9df"


def rectangle(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"/>'


def polygon(fill: str, *points: tuple[float, float]) -> str:
    return f'<polygon points="{" ".join(f"{x:g},{y:g}" for x, y in points)}" fill="{fill}"/>'


def circle(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def path(fill: str, description: str) -> str:
    return f'<path d="{description}" fill="{fill}"/>'


def hills() -> list[str]:
    return [
        polygon(FAR, (0, HORIZON), (0, 380), (330, 260), (640, 400), (900, 290), (1280, 390),
                (1280, HORIZON)),
        polygon(NEAR, (0, HORIZON), (0, 410), (520, 360), (880, 420), (1280, 350), (1280, HORIZON)),
    ]  # fmt: skip


def tree(x: float, ground: float, size: float) -> list[str]:
    return [
        rectangle(x - size / 14, ground - size * 0.5, size / 7, size * 0.5, WOOD),
        circle(x, ground - size * 0.72, size * 0.34, NEAR),
    ]


def house(x: float, ground: float, width: float, height: float, wall: str) -> list[str]:
    """A gabled house with two rows of windows."""
    windows = [
        rectangle(x + width * (0.16 + 0.38 * column), ground - height * row, width * 0.26,
                  height * 0.2, GLASS)
        for row in (0.42, 0.82)
        for column in (0, 1)
    ]  # fmt: skip
    gable = [(x - 6, ground - height), (x + width / 2, ground - height * 1.55),
             (x + width + 6, ground - height)]  # fmt: skip
    return [rectangle(x, ground - height, width, height, wall), polygon(ROOF, *gable), *windows]


def river() -> list[str]:
    bank = path(MEADOW, f"M0 {HORIZON}H1280V560Q760 500 0 640Z")
    road = path(STONE, "M0 610Q700 470 1280 530V556Q720 510 0 664Z")
    water = path(WATER, "M0 664Q720 510 1280 556V720H0Z")
    glint = path(LIGHT_WATER, "M420 640Q760 580 1180 612Q780 604 420 640Z")
    return [*hills(), bank, *tree(300, 560, 130), *tree(470, 540, 105), *tree(620, 524, 90), road,
            water, glint]  # fmt: skip


def harbour() -> list[str]:
    walls = [STONE, PALE, "#b9a48f", STONE, "#a9afa5", PALE]
    row = [
        part
        for number, wall in enumerate(walls)
        for part in house(60 + number * 200, 500, 150, 130 + 25 * (number % 3), wall)
    ]
    boats = [
        part
        for x in (360, 800)
        for part in (
            polygon(SAIL, (x, 600), (x, 380), (x + 110, 600)),
            rectangle(x - 6, 370, 6, 240, WOOD),
            path(ROOF, f"M{x - 90} 612H{x + 140}L{x + 100} 656H{x - 60}Z"),
        )
    ]
    return [rectangle(0, 500, WIDTH, 30, DARK_STONE), *row, rectangle(0, 530, WIDTH, 190, WATER),
            *boats]  # fmt: skip


def bridge() -> list[str]:
    arches = "".join(f"M{x} 640A150 170 0 0 1 {x + 300} 640Z" for x in (80, 490, 900))
    banks = [rectangle(0, HORIZON, WIDTH, 290, MEADOW), rectangle(0, 560, WIDTH, 160, WATER)]
    return [*hills(), *banks, rectangle(0, 400, WIDTH, 46, DARK_STONE),
            rectangle(0, 446, WIDTH, 194, STONE), path(LIGHT_WATER, arches),
            rectangle(0, 640, WIDTH, 80, WATER)]  # fmt: skip


def hall() -> list[str]:
    windows = [
        rectangle(260 + 110 * column, 400 + 120 * row, 60, 80, GLASS)
        for row in (0, 1)
        for column in range(7)
        if (row, column) != (1, 3)
    ]
    front = rectangle(200, 350, 880, 280, PALE)
    roof = polygon(ROOF, (180, 350), (260, 250), (1020, 250), (1100, 350))
    gable = [
        rectangle(640 - 45 * level, 350 - 40 * (6 - level) - 40, 90 * level, 42, STONE)
        for level in range(1, 6)
    ]
    clock = [
        circle(640, 270, 34, PALE),
        circle(640, 270, 5, GLASS),
        rectangle(638, 246, 4, 24, GLASS),
    ]
    return [rectangle(0, 600, WIDTH, 120, DARK_STONE), roof, front, *gable, *clock, *windows,
            rectangle(610, 530, 60, 100, WOOD), *tree(120, 640, 170),
            *tree(1170, 640, 170)]  # fmt: skip


def houses() -> list[str]:
    walls = ["#b9a48f", PALE, STONE, "#a9afa5", PALE]
    row = [
        part
        for number, wall in enumerate(walls)
        for part in house(70 + number * 236, 620, 200, 220 + 30 * (number % 2), wall)
    ]
    window = [rectangle(562, 520, 156, 80, GLASS), rectangle(562, 506, 156, 18, NEAR)]
    return [*row, *window, rectangle(0, 620, WIDTH, 100, DARK_STONE)]


def market() -> list[str]:
    tower = [rectangle(560, 180, 120, 340, STONE),
             polygon(ROOF, (545, 180), (620, 20), (695, 180))]  # fmt: skip
    nave = [rectangle(680, 330, 320, 190, PALE),
            polygon(ROOF, (680, 330), (720, 240), (1000, 240), (1040, 330))]  # fmt: skip
    stalls = [
        part
        for x in (110, 490, 870)
        for part in (
            rectangle(x + 10, 520, 8, 120, WOOD),
            rectangle(x + 282, 520, 8, 120, WOOD),
            rectangle(x, 590, 300, 60, WOOD),
            *(
                rectangle(x + 50 * stripe, 470, 50, 60, SAIL if stripe % 2 else ROOF)
                for stripe in range(6)
            ),
            *(
                circle(x + 35 + 46 * fruit, 582, 18, MEADOW if fruit % 2 else "#b0764f")
                for fruit in range(6)
            ),
        )
    ]
    return [rectangle(0, 520, WIDTH, 200, DARK_STONE), *tower, *nave, *stalls]


def dike() -> list[str]:
    dam = path(MEADOW, "M0 470Q420 400 700 470T1280 440V520Q960 560 700 540T0 600Z")
    crest = path(STONE, "M0 470Q420 400 700 470T1280 440V450Q960 486 700 482T0 484Z")
    water = path(WATER, "M0 600Q420 520 700 540T1280 520V720H0Z")
    cows = [
        part
        for x, y in ((180, 520), (330, 500), (1020, 505))
        for part in (rectangle(x, y, 54, 26, PALE), rectangle(x + 14, y, 18, 16, GLASS))
    ]
    return [*hills(), rectangle(0, HORIZON, WIDTH, 120, "#9aa67f"), dam, crest, water, *cows]


def pool() -> list[str]:
    tower = [rectangle(930, 250, 18, 300, DARK_STONE), rectangle(850, 250, 110, 14, PALE),
             rectangle(850, 380, 110, 14, PALE)]  # fmt: skip
    poplars = [
        f'<ellipse cx="{x}" cy="330" rx="34" ry="130" fill="{NEAR}"/>' for x in range(60, 860, 100)
    ]
    basin = polygon(LIGHT_WATER, (180, 520), (1060, 520), (1220, 690), (60, 690))
    lanes = [polygon(PALE, (x, 520), (x + 6, 520), (640 + (x - 640) * 1.32 + 8, 690),
             (640 + (x - 640) * 1.32, 690)) for x in (360, 540, 720, 900)]  # fmt: skip
    return [*poplars, rectangle(0, 440, WIDTH, 280, STONE), basin, *lanes, *tower]


def school() -> list[str]:
    windows = [
        rectangle(250 + 130 * column, 290 + 120 * row, 90, 70, GLASS)
        for row in (0, 1)
        for column in range(5)
    ]
    containers = [rectangle(960, 470, 240, 120, "#a7826a"), rectangle(990, 500, 70, 46, GLASS),
                  rectangle(1100, 500, 70, 46, GLASS), rectangle(960, 340, 240, 124, "#8f9b95"),
                  rectangle(990, 372, 70, 46, GLASS),
                  rectangle(1100, 372, 70, 46, GLASS)]  # fmt: skip
    return [rectangle(0, 590, WIDTH, 130, MEADOW), rectangle(210, 250, 700, 340, PALE),
            rectangle(200, 226, 720, 26, DARK_STONE), *windows, rectangle(520, 500, 90, 90, WOOD),
            *containers, *tree(110, 620, 260)]  # fmt: skip


def pitch() -> list[str]:
    goal = ('<path d="M500 540V400H780V540" fill="none" stroke="#eee9df" stroke-width="10"/>'
            '<path d="M500 400L540 430V540M780 400L740 430V540M540 430H740" fill="none" '
            'stroke="#eee9df" stroke-width="3"/>')  # fmt: skip
    stripes = [
        rectangle(0, 470 + 50 * row, WIDTH, 50, MEADOW if row % 2 else "#7f916a")
        for row in range(5)
    ]
    edge = rectangle(0, HORIZON, WIDTH, 40, NEAR)
    return [*hills(), edge, *house(930, 470, 240, 110, PALE), *stripes, goal,
            circle(420, 610, 22, PALE), *tree(150, 480, 180), *tree(300, 474, 140)]  # fmt: skip


def wind() -> list[str]:
    mills = [
        part
        for x, ground, size in ((330, 440, 300), (660, 400, 240), (960, 420, 270))
        for part in (
            polygon(PALE, (x - 7, ground), (x - 3, ground - size), (x + 3, ground - size),
                    (x + 7, ground)),
            *(
                f'<polygon points="0,0 9,{size * 0.2:g} 0,{size * 0.62:g} -4,{size * 0.2:g}" '
                f'transform="translate({x} {ground - size}) rotate({turn + x % 50})" '
                f'fill="{SAIL}"/>'
                for turn in (0, 120, 240)
            ),
            circle(x, ground - size, 9, DARK_STONE),
        )
    ]  # fmt: skip
    field = path(MEADOW, "M0 480Q500 380 1280 460V720H0Z")
    furrow = path("#a39a6b", "M0 600Q600 500 1280 600V720H0Z")
    return [polygon(FAR, (0, 480), (400, 380), (900, 440), (1280, 370), (1280, 480)), *mills, field,
            furrow]  # fmt: skip


MOTIFS: dict[str, Callable[[], list[str]]] = {
    motif.__name__: motif
    for motif in (
        river, harbour, bridge, hall, houses, market, dike, pool, school, pitch, wind,
    )
}  # fmt: skip


def draw(motif: str, *, variation: int) -> str:
    """An SVG of 16:9; the variation chooses the weather."""
    sky = SKIES[variation % len(SKIES)]
    sun = circle(180 + 230 * (variation % 5), 130 + 20 * (variation % 3), 46, PALE)
    shapes = "\n".join([rectangle(0, 0, WIDTH, HEIGHT, sky), sun, *MOTIFS[motif]()])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">\n{shapes}\n</svg>\n'
    )
