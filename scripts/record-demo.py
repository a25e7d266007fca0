#!/usr/bin/env python3
"""Records the demo, or another command, in a terminal of its own and draws it as an animated SVG.

Usage: scripts/record-demo.py [--output docs/demo.svg] [--speed 4] [--width 104] [--height 25] [--still PATTERN] [-- COMMAND...]

Without a command it runs `artifacts/canary/canary demo`, which takes two minutes: `make publish` first. The SVG needs no script
and no font of its own; a viewer without animations, or a reader who wants none, sees the last frame that matches the pattern of --still.
"""
import argparse
import fcntl
import html
import os
import pty
import re
import struct
import sys
import termios
import time

CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 18, 14
BACKGROUND, FOREGROUND = "#0d1117", "#c9d1d9"
COLOURS = ["#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
           "#8b949e", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc"]
PLAIN = (None, None, False, False)


class Terminal:
    """As much of a terminal as programs that draw text need: a grid of cells, a cursor and a style."""

    SEQUENCE = re.compile(r"\x1b(?:\[([0-9;?]*)([A-Za-z])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>78cM])")

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.row, self.column, self.saved = 0, 0, (0, 0)
        self.style, self.pending, self.first = PLAIN, "", None
        self.clear()

    def clear(self):
        self.cells = [self.blank() for _ in range(self.height)]

    def blank(self):
        return [(" ", PLAIN)] * self.width

    def feed(self, text):
        text, self.pending = self.pending + text, ""
        at = 0
        while at < len(text):
            letter = text[at]
            if letter == "\x1b":
                match = self.SEQUENCE.match(text, at)
                if match is None:
                    if len(text) - at < 64:
                        self.pending = text[at:]
                        return
                    at += 1
                    continue
                if match.group(2):
                    self.control(match.group(1), match.group(2))
                at = match.end()
                continue
            at += 1
            if letter == "\n":
                self.next_row()
            elif letter == "\r":
                self.column = 0
            elif letter == "\b":
                self.column = max(0, self.column - 1)
            elif letter >= " ":
                if self.column >= self.width:
                    self.column = 0
                    self.next_row()
                self.cells[self.row][self.column] = (letter, self.style)
                self.column += 1

    def next_row(self):
        self.row += 1
        if self.row == self.height:
            self.cells = self.cells[1:] + [self.blank()]
            self.row -= 1

    def control(self, parameters, command):
        numbers = [int(part) if part.isdigit() else 0 for part in parameters.lstrip("?").split(";")]
        count = max(1, numbers[0])
        if command in "hl":
            if parameters in ("?1049", "?47"):
                self.switch_screen(command == "h")
        elif command == "A":
            self.row = max(0, self.row - count)
        elif command == "B":
            self.row = min(self.height - 1, self.row + count)
        elif command == "C":
            self.column = min(self.width - 1, self.column + count)
        elif command == "D":
            self.column = max(0, self.column - count)
        elif command == "E":
            self.row, self.column = min(self.height - 1, self.row + count), 0
        elif command == "F":
            self.row, self.column = max(0, self.row - count), 0
        elif command == "G":
            self.column = min(self.width, count) - 1
        elif command == "d":
            self.row = min(self.height, count) - 1
        elif command in "Hf":
            self.row = min(self.height, count) - 1
            self.column = min(self.width, max(1, numbers[1]) if len(numbers) > 1 else 1) - 1
        elif command == "J":
            self.erase_display(numbers[0])
        elif command == "K":
            first = 0 if numbers[0] else self.column
            last = self.column + 1 if numbers[0] == 1 else self.width
            for column in range(first, min(last, self.width)):
                self.cells[self.row][column] = (" ", PLAIN)
        elif command == "s":
            self.saved = (self.row, self.column)
        elif command == "u":
            self.row, self.column = self.saved
        elif command == "m":
            self.set_style(numbers)

    def switch_screen(self, is_other):
        """Programs that fill the screen draw on another one, and give the first one back."""
        if is_other and self.first is None:
            self.first = (self.cells, self.row, self.column)
            self.clear()
            self.row = self.column = 0
        elif not is_other and self.first is not None:
            (self.cells, self.row, self.column), self.first = self.first, None

    def erase_display(self, part):
        if part >= 2:
            self.clear()
        elif part == 0:
            self.cells[self.row][self.column:] = [(" ", PLAIN)] * (self.width - self.column)
            for row in range(self.row + 1, self.height):
                self.cells[row] = self.blank()

    def set_style(self, numbers):
        colour, ground, is_bold, is_dim = self.style
        numbers = list(numbers)
        while numbers:
            code = numbers.pop(0)
            if code == 0:
                colour, ground, is_bold, is_dim = PLAIN
            elif code == 1:
                is_bold = True
            elif code == 2:
                is_dim = True
            elif code == 22:
                is_bold = is_dim = False
            elif 30 <= code <= 37 or 90 <= code <= 97:
                colour = COLOURS[code - 30 if code < 90 else code - 82]
            elif 40 <= code <= 47 or 100 <= code <= 107:
                ground = COLOURS[code - 40 if code < 100 else code - 92]
            elif code == 39:
                colour = None
            elif code == 49:
                ground = None
            elif code in (38, 48) and numbers:
                kind = numbers.pop(0)
                if kind == 5 and numbers:
                    chosen = palette(numbers.pop(0))
                elif kind == 2 and len(numbers) >= 3:
                    chosen = "#%02x%02x%02x" % tuple(numbers[:3])
                    del numbers[:3]
                else:
                    break
                colour, ground = (chosen, ground) if code == 38 else (colour, chosen)
        self.style = (colour, ground, is_bold, is_dim)

    def frame(self):
        return tuple(tuple(row) for row in self.cells)


def palette(number):
    if number < 16:
        return COLOURS[number]
    if number >= 232:
        return "#" + "%02x" % (8 + (number - 232) * 10) * 3
    number -= 16
    return "#" + "".join("%02x" % (0 if level == 0 else 55 + level * 40) for level in (number // 36, number // 6 % 6, number % 6))


def record(command, width, height):
    """Every frame of the command with the time at which it came, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COLUMNS=str(width), LINES=str(height))
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    screen, frames, began = Terminal(width, height), [], time.monotonic()
    while True:
        try:
            output = os.read(terminal, 65536)
        except OSError:
            break
        if not output:
            break
        screen.feed(output.decode("utf-8", "replace"))
        if not frames or frames[-1][1] != screen.frame():
            frames.append((time.monotonic() - began, screen.frame()))
    return frames, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def runs(row):
    """The parts of a row that have one style: column, text, style."""
    parts = []
    for column, (letter, style) in enumerate(row):
        if parts and parts[-1][2] == style and not (letter == " " and parts[-1][1].endswith("  ")):
            parts[-1][1] += letter
        else:
            parts.append([column, letter, style])
    return [(column, text, style) for column, text, style in parts if text.strip() or style[1]]


def thin(frames, every):
    """The frames that are worth drawing: one in so many seconds, and the last one before the screen becomes another."""
    kept, drawn = [], -every
    for number, (at, frame) in enumerate(frames):
        if at - drawn >= every or number == len(frames) - 1 or is_last_of_page(frame, frames[number + 1][1]):
            kept.append((at, frame))
            drawn = at
    return kept


def is_last_of_page(frame, after):
    """Most of the rows that have a text get another one."""
    rows = [(row, other) for row, other in zip(frame, after) if row != other and any(letter != " " for letter, _ in row)]
    return len(rows) > 0.6 * sum(1 for row in frame if any(letter != " " for letter, _ in row))


def text_of(frame):
    return "\n".join("".join(letter for letter, _ in row).rstrip() for row in frame)


def draw_row(row):
    drawn = []
    for column, text, (colour, ground, is_bold, is_dim) in runs(row):
        length = len(text.rstrip()) or len(text)
        if ground:
            drawn.append(f'<rect x="{column * CELL_WIDTH:.1f}" width="{len(text) * CELL_WIDTH:.1f}" height="{CELL_HEIGHT}" fill="{ground}"/>')
        style = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if is_bold else "") + (' opacity=".6"' if is_dim else "")
        if text.strip():
            shift = len(text) - len(text.lstrip())
            drawn.append(f'<text x="{(column + shift) * CELL_WIDTH:.1f}" y="13" textLength="{(length - shift) * CELL_WIDTH:.1f}"{style}>'
                         f"{html.escape(text.strip())}</text>")
    return "".join(drawn)


def draw(frames, width, height, speed, still, title):
    """The SVG: each row that was ever shown once, each frame a list of rows, and one animation that goes through the frames."""
    rows, pages = {}, []
    for _, frame in frames:
        page = []
        for number, row in enumerate(frame):
            text = draw_row(row)
            if text:
                page.append((rows.setdefault(text, f"r{len(rows)}"), number))
        pages.append(page)
    lengths = [2.5 if is_last_of_page(frame, after[1]) else min(3.0, max(0.1, (after[0] - at) / speed))
               for (at, frame), after in zip(frames, frames[1:])] + [5.0]
    total, high = sum(lengths), height * CELL_HEIGHT
    steps, at = [], 0.0
    for number, length in enumerate(lengths):
        steps.append(f"{100 * at / total:.3f}%{{transform:translateY(-{number * high}px)}}")
        at += length
    holding = [number for number, (_, frame) in enumerate(frames) if still and re.search(still, text_of(frame), re.DOTALL)]
    shown = holding[-1] if holding else len(frames) - 1
    full_width, full_height = width * CELL_WIDTH + 2 * MARGIN, high + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {full_width:.0f} {full_height}" role="img" fill="{FOREGROUND}">',
        f"<title>{html.escape(title)}</title>",
        "<style>text{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}",
        f"#f{{transform:translateY(-{shown * high}px);animation:f {total:.1f}s step-end infinite}}@keyframes f{{{''.join(steps)}}}",
        "@media (prefers-reduced-motion){#f{animation:none}}</style>",
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/><defs>',
        *(f'<g id="{name}">{text}</g>' for text, name in rows.items()),
        f'</defs><svg x="{MARGIN}" y="{MARGIN}" width="{width * CELL_WIDTH:.0f}" height="{high}"><g id="f">',
        *("".join(f'<use href="#{name}" y="{number * high + row * CELL_HEIGHT}"/>' for name, row in page) for number, page in enumerate(pages)),
        "</g></svg></svg>",
    ]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", default="docs/demo.svg")
    parser.add_argument("--speed", type=float, default=4)
    parser.add_argument("--width", type=int, default=104)
    parser.add_argument("--height", type=int, default=25)
    parser.add_argument("--still", default="2 of 3.*(RolledBack|RollingBack)")
    parser.add_argument("--every", type=float, default=0.5, help="seconds between two frames")
    parser.add_argument("command", nargs="*", default=["artifacts/canary/canary", "demo"])
    options = parser.parse_args()
    frames, code = record(options.command, options.width, options.height)
    if code != 0:
        sys.exit(f"error: {' '.join(options.command)} ended with {code}; nothing is written")
    frames = thin(frames, options.every)
    with open(options.output, "w", encoding="utf-8") as file:
        file.write(draw(frames, options.width, options.height, options.speed, options.still, " ".join(options.command[-2:])))
    print(f"{options.output}: {len(frames)} frames of {frames[-1][0]:.0f} s, {os.path.getsize(options.output) // 1024} KiB")


if __name__ == "__main__":
    main()
