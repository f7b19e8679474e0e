"""Places for boxes joined by lines, in pure Python and the same on every machine.

Only ``+ - * /`` and square roots touch the coordinates: they are exact to the last bit wherever IEEE 754 holds, while
sines and powers are not. Method: stress by stochastic gradient descent (Zheng, Pawar, Goodman, "Graph Drawing by
Stochastic Gradient Descent", 2018), then boxes are pushed apart and off the lines, and components packed in rows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

Point = tuple[float, float]

_ROUNDS = 36
_WIDE = 1.35
_PASSES = 240
_GAP = 14.0
_SPACE = 30.0
_CORNERS = 250


@dataclass(frozen=True)
class Box:
    """What a node fills around its centre: distances to its left, top, right and bottom edge, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def at(self, x: float, y: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom when the centre lies at (x, y)."""
        return x - self.left, y - self.top, x + self.right, y + self.bottom


class Chance:
    """Numbers that look random and are the same everywhere (a linear congruential generator)."""

    def __init__(self, seed: int) -> None:
        self._state = seed & 0xFFFFFFFF

    def below(self, limit: int) -> int:
        self._state = (self._state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (self._state >> 8) * limit >> 24

    def shuffle(self, items: list[tuple[int, int, float]]) -> None:
        for at in range(len(items) - 1, 0, -1):
            other = self.below(at + 1)
            items[at], items[other] = items[other], items[at]


def place(boxes: Sequence[Box], lines: Iterable[tuple[int, int]], *, edge: float = 136.0,
          ratio: float = 1.5) -> tuple[list[Point], float, float]:
    """Centres for boxes, none of them overlapping, and the width and height that hold them all from (0, 0).

    ``lines`` are pairs of box numbers, ``edge`` the wanted length of a line to which crowded ends add, ``ratio`` the
    wanted width over height.
    """
    near = _neighbours(len(boxes), lines)
    drawn = [_component(boxes, near, part, edge) for part in _components(near)]
    return _packed(boxes, drawn, ratio)


def _neighbours(count: int, lines: Iterable[tuple[int, int]]) -> list[list[int]]:
    near: list[set[int]] = [set() for _ in range(count)]
    for a, b in lines:
        if a != b:
            near[a].add(b)
            near[b].add(a)
    return [sorted(s) for s in near]


def _components(near: list[list[int]]) -> list[list[int]]:
    """Parts that hang together, the largest first."""
    seen: set[int] = set()
    parts = []
    for start in range(len(near)):
        if start in seen:
            continue
        part, queue = [], deque([start])
        seen.add(start)
        while queue:
            one = queue.popleft()
            part.append(one)
            for other in near[one]:
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        parts.append(sorted(part))
    return sorted(parts, key=lambda p: (-len(p), p))


def _component(boxes: Sequence[Box], near: list[list[int]], part: list[int], edge: float) -> dict[int, Point]:
    points = _stress(near, part, edge)
    _apart(boxes, near, points)
    return points


def _stress(near: list[list[int]], part: list[int], edge: float) -> dict[int, Point]:
    """Centres whose distances are close to the lengths of the paths between them."""
    chance = Chance(7919)
    spread = edge * sqrt(len(part))
    spots = {n: [chance.below(1000) * spread / 1000.0, chance.below(1000) * spread / 1000.0] for n in part}
    terms = _distances(near, part, edge)
    if not terms:
        return dict.fromkeys(part, (0.0, 0.0))
    longest = max(d for _, _, d in terms)
    step = longest * longest
    # From one step that may close any gap down to one that moves the nearest pair by a tenth.
    shrink = _root(0.1 * edge * edge / step, _ROUNDS - 1)
    for _ in range(_ROUNDS):
        chance.shuffle(terms)
        for a, b, wanted in terms:
            pa, pb = spots[a], spots[b]
            dx, dy = pa[0] - pb[0], pa[1] - pb[1]
            length = sqrt(dx * dx + dy * dy) or 1.0
            move = min(1.0, step / (wanted * wanted)) * (length - wanted) / (2.0 * length)
            pa[0] -= move * dx
            pa[1] -= move * dy
            pb[0] += move * dx
            pb[1] += move * dy
        step *= shrink
    return _lying(spots)


def _lying(points: dict[int, list[float]]) -> dict[int, Point]:
    """The points turned so that they spread from left to right, and then a little wider, as words are wide."""
    count = len(points)
    mx, my = sum(p[0] for p in points.values()) / count, sum(p[1] for p in points.values()) / count
    xx = sum((p[0] - mx) * (p[0] - mx) for p in points.values())
    yy = sum((p[1] - my) * (p[1] - my) for p in points.values())
    xy = sum((p[0] - mx) * (p[1] - my) for p in points.values())
    # The long axis is the first eigenvector of the spread: ((xx, xy), (xy, yy)).
    most = (xx + yy) / 2.0 + sqrt((xx - yy) * (xx - yy) / 4.0 + xy * xy)
    ax, ay = (most - yy, xy) if most - yy > most - xx else (xy, most - xx)
    length = sqrt(ax * ax + ay * ay)
    ax, ay = (ax / length, ay / length) if length > 0.0 else (1.0, 0.0)
    return {n: (((x - mx) * ax + (y - my) * ay) * _WIDE, (y - my) * ax - (x - mx) * ay) for n, (x, y) in points.items()}


def _root(value: float, degree: int) -> float:
    """The root of a value between 0 and 1, by halving: powers are not the same on every machine."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        product = 1.0
        for _ in range(degree):
            product *= middle
        low, high = (middle, high) if product < value else (low, middle)
    return (low + high) / 2.0


def _distances(near: list[list[int]], part: list[int], edge: float) -> list[tuple[int, int, float]]:
    """For each pair the length of the shortest path by steps; a step at a crowded node is longer."""

    def step(a: int, b: int) -> float:
        crowd = min(len(near[a]), len(near[b])) + max(len(near[a]), len(near[b])) / 3.0
        return edge * (0.85 + 0.055 * min(crowd, 14.0))

    found = []
    for start in part:
        length = {start: 0.0}
        queue = deque([start])
        while queue:
            one = queue.popleft()
            for other in near[one]:
                if other not in length:
                    length[other] = length[one] + step(one, other)
                    queue.append(other)
        found += [(start, other, length[other]) for other in part if other > start]
    return found


def _apart(boxes: Sequence[Box], near: list[list[int]], points: dict[int, Point]) -> None:
    """Push boxes apart and off lines that are not theirs; at last spread everything until nothing overlaps."""
    lines = [(a, b) for a in sorted(points) for b in near[a] if a < b]
    costly = len(lines) * len(points) > 40_000
    for turn in range(_PASSES):
        moved = _push(boxes, points)
        if not costly and turn < _PASSES - 60 and turn % 2 == 0:
            moved = _off_lines(boxes, points, lines) or moved
        if not moved:
            return
    while _push(boxes, points):
        for n, (x, y) in points.items():
            points[n] = (x * 1.08, y * 1.08)


def _push(boxes: Sequence[Box], points: dict[int, Point]) -> bool:
    """Move each overlapping pair half its overlap apart, along the shorter way."""
    moved = False
    order = sorted(points, key=lambda n: (points[n][0] - boxes[n].left, n))
    for at, a in enumerate(order):
        for b in order[at + 1:]:
            (ax, ay), (bx, by) = points[a], points[b]
            left_a, top_a, right_a, bottom_a = boxes[a].at(ax, ay)
            left_b, top_b, right_b, bottom_b = boxes[b].at(bx, by)
            if left_b >= right_a + _GAP + 40.0:
                break
            wide = min(right_a - left_b, right_b - left_a) + _GAP
            high = min(bottom_a - top_b, bottom_b - top_a) + _GAP
            if wide <= 0.001 or high <= 0.001:
                continue
            moved = True
            if wide * 0.6 < high:
                way = (wide / 2.0 + 0.05) * (1.0 if left_a + right_a <= left_b + right_b else -1.0)
                points[a], points[b] = (ax - way, ay), (bx + way, by)
            else:
                way = (high / 2.0 + 0.05) * (1.0 if top_a + bottom_a <= top_b + bottom_b else -1.0)
                points[a], points[b] = (ax, ay - way), (bx, by + way)
    return moved


def _off_lines(boxes: Sequence[Box], points: dict[int, Point], lines: list[tuple[int, int]]) -> bool:
    moved = False
    for a, b in lines:
        (ax, ay), (bx, by) = points[a], points[b]
        dx, dy = bx - ax, by - ay
        length = sqrt(dx * dx + dy * dy)
        if length < 1.0:
            continue
        for n in sorted(points):
            if n in (a, b):
                continue
            x, y = points[n]
            box = boxes[n].at(x, y)
            cx, cy = (box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0
            along = ((cx - ax) * dx + (cy - ay) * dy) / (length * length)
            if not 0.04 < along < 0.96:
                continue
            off = ((cx - ax) * dy - (cy - ay) * dx) / length
            # Half the box as seen across the line.
            reach = ((box[2] - box[0]) * abs(dy) + (box[3] - box[1]) * abs(dx)) / (2.0 * length) + 3.0
            if abs(off) < reach:
                moved = True
                way = min(8.0, (reach - abs(off)) * 0.5) * (1.0 if off >= 0 else -1.0)
                points[n] = (x + way * dy / length, y - way * dx / length)
    return moved


def _packed(boxes: Sequence[Box], parts: list[dict[int, Point]], ratio: float) -> tuple[list[Point], float, float]:
    """Components beside each other, the largest first."""
    points: list[Point] = [(0.0, 0.0)] * len(boxes)
    framed = [(_frame(boxes, part), part) for part in parts]
    framed.sort(key=lambda f: -(f[0][2] - f[0][0]) * (f[0][3] - f[0][1]))
    shelf = _Shelf(ratio)
    for (left, top, right, bottom), part in framed:
        x, y = shelf.put(right - left, bottom - top)
        for n, (px, py) in part.items():
            points[n] = (x + px - left, y + py - top)
    return points, shelf.width, shelf.height


class _Shelf:
    """Puts rectangles where the whole stays closest to the wanted shape."""

    def __init__(self, ratio: float) -> None:
        self.ratio, self.width, self.height = ratio, 0.0, 0.0
        self._corners: list[Point] = [(0.0, 0.0)]
        self._placed: list[tuple[float, float, float, float]] = []

    def put(self, wide: float, high: float) -> Point:
        """The upper left corner for one more rectangle."""

        def cost(corner: Point) -> tuple[float, float, float]:
            w, h = max(self.width, corner[0] + wide), max(self.height, corner[1] + high)
            return max(w, h * self.ratio), w * h, corner[1]

        free = (c for c in sorted(self._corners, key=cost)
                if not any(overlaps((*c, c[0] + wide, c[1] + high), other) for other in self._placed))
        beyond = ((self.width + _SPACE, 0.0) if self.width < self.height * self.ratio else (0.0, self.height + _SPACE))
        x, y = next(free, beyond)
        self.width, self.height = max(self.width, x + wide), max(self.height, y + high)
        self._take((x, y, x + wide + _SPACE, y + high + _SPACE))
        return x, y

    def _take(self, frame: tuple[float, float, float, float]) -> None:
        left, top, right, bottom = frame
        self._placed.append(frame)
        corners = [c for c in self._corners if not (left <= c[0] < right and top <= c[1] < bottom)]
        # Beside it and under it, and the same pushed back to the margins.
        corners += [(right, top), (left, bottom), (right, 0.0), (0.0, bottom)]
        if len(corners) > _CORNERS:
            corners = sorted(set(corners), key=lambda c: (max(c[0], c[1] * self.ratio), c))[:_CORNERS]
        self._corners = corners


def _frame(boxes: Sequence[Box], part: dict[int, Point]) -> tuple[float, float, float, float]:
    rectangles = [boxes[n].at(*point) for n, point in part.items()]
    return (min(r[0] for r in rectangles), min(r[1] for r in rectangles),
            max(r[2] for r in rectangles), max(r[3] for r in rectangles))


def overlaps(a: tuple[float, float, float, float], b: tuple[float, float, float, float], gap: float = 0.0) -> bool:
    """Whether two rectangles (left, top, right, bottom) share more than an edge, ``gap`` pixels apart at least."""
    return a[0] < b[2] + gap and b[0] < a[2] + gap and a[1] < b[3] + gap and b[1] < a[3] + gap


def along(start: Point, end: Point, shares: Iterable[float]) -> Iterator[Point]:
    """Points on a line, at shares of its length."""
    for share in shares:
        yield start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
