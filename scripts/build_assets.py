#!/usr/bin/env python3
"""Make the fonts, icons and pictures of kiosk/ui/assets again, from pinned packages.

Run by hand when a font or icon is added; the results are kept in the repository, so that a clone draws without npm.
Needs npm and Python's venv. The fonts come from npm packages pinned by their sha512; the font tools live in a venv
that is thrown away. Without arguments it does everything; `--build PACKAGES` is its own second half, run in that venv.

    python3 scripts/build_assets.py
"""

import argparse
import base64
import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "kiosk" / "ui" / "assets"
PACKAGES = {
    "@expo-google-fonts/be-vietnam-pro@0.4.1": (
        "4o2bsqU1zcC6NZf5FRYB+7gE49waNWYOGc5c5qLfPgrSqqr61hS2Bz4TVPgxudO038tLydSyPxV8e79g8j5DpQ=="
    ),
    "@expo-google-fonts/inter@0.4.2": (
        "syfiImMaDmq7cFi0of+waE2M4uSCyd16zgyWxdPOY7fN2VBmSLKEzkfbZgeOjJq61kSqPBNNtXjggiQiSD6gMQ=="
    ),
    "@phosphor-icons/web@2.1.2": (
        "rPAR9o/bEcp4Cw4DEeZHXf+nlGCMNGkNDRizYHM47NLxz9vvEHp/Tt6FMK1NcWadzw/pFDPnRBGi/ofRya958A=="
    ),
}
TOOLS = ("fonttools==4.68.0", "opentype-feature-freezer==1.32.2", "pillow==13.0.0")
WEIGHTS = {"Regular": "400", "Medium": "500", "SemiBold": "600", "Bold": "700", "ExtraBold": "800"}
# Latin, Latin-1, Latin Extended-A/B with ơ ư, combining marks (NFD input), Vietnamese block, punctuation, dong, euro.
LETTERS = (
    "U+0020-007E,U+00A0-024F,U+02C6-02DD,U+0300-0323,U+1E00-1EFF,U+2010-2027,U+2030-203A,U+20AB,U+20AC,U+2122,U+2212"
)
ICON_NAMES = """
    armchair arrow-counter-clockwise arrow-down arrow-elbow-down-left arrow-fat-lines-up arrow-fat-up arrow-left
    arrow-line-down arrow-line-up arrow-right arrow-u-up-left arrow-up baby baby-carriage backspace bank bed bell
    bell-ringing book-open briefcase buildings calendar calendar-blank camera camera-slash caret-down caret-left
    caret-right certificate chair chat-circle-text chat-text check check-circle circle circle-half clock cloud-slash
    coffee coins confetti copy credit-card desk desktop device-mobile envelope eye file-text files first-aid flag
    flower funnel gear globe hand hand-deposit hand-heart hand-palm hand-pointing hand-tap hand-waving handshake hash
    heart heartbeat hourglass hourglass-medium house house-line identification-card info key keyboard list-checks lock
    magnifying-glass map-trifold medal megaphone minus money moon note-pencil package paper-plane-tilt path
    pause-circle pencil-simple person person-arms-spread person-simple-walk phone plant play-circle plugs
    plugs-connected plus plus-circle printer prohibit qr-code question receipt scales scan scroll seal-check
    shield-check sign-in sign-out signature smiley smiley-meh smiley-sad sparkle speaker-high speaker-slash
    speedometer stamp star steps storefront sun text-aa thumbs-down thumbs-up ticket timer translate tray
    tray-arrow-down user user-circle user-focus user-plus user-sound users users-three warning warning-circle
    wheelchair wifi-high wifi-slash wrench x x-circle
"""
FACE_FILLS = ("#E5392F", "#F5821F", "#F5B81C", "#84B81E", "#22A559")
FEATURE = "#1B2433"
OVERSAMPLING = 4


def main() -> int:
    """Fetch, check, unpack; then run the second half inside a venv with the font tools."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", metavar="PACKAGES", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build(Path(options.build))
        return 0
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        for package, integrity in PACKAGES.items():
            fetch(package, integrity, folder)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *TOOLS], check=True)
        return subprocess.run([python, __file__, "--build", folder], check=False).returncode


def fetch(package: str, integrity: str, folder: Path) -> None:
    """Download one npm package into `folder`/NAME and refuse it if its sha512 is not `integrity`."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    found = base64.b64encode(hashlib.sha512((folder / packed).read_bytes()).digest()).decode()
    if found != integrity:
        raise SystemExit(f"{package}: sha512 is {found}, expected {integrity}. Nothing was changed.")
    name = package.rsplit("@", 1)[0].rsplit("/", 1)[1]
    with tarfile.open(folder / packed) as archive:
        archive.extractall(folder / name, filter="data")


def build(packages: Path) -> None:
    """Write fonts, icons, pictures and licence texts into kiosk/ui/assets."""
    fonts, pictures = ASSETS / "fonts", ASSETS / "pictures"
    for folder in (fonts, pictures):
        folder.mkdir(parents=True, exist_ok=True)
    text = packages / "be-vietnam-pro" / "package"
    for weight, number in WEIGHTS.items():
        subset(text / f"{number}{weight}" / f"BeVietnamPro_{number}{weight}.ttf", fonts / f"BeVietnamPro-{weight}.ttf")
    digits = packages / "inter" / "package"
    frozen = packages / "InterTnum.ttf"
    freezer = Path(sys.executable).with_name("pyftfeatfreeze")
    # the font's own time of change: the same packages then give the same bytes
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    bold = digits / "700Bold" / "Inter_700Bold.ttf"
    subprocess.run([freezer, "-f", "tnum", bold, frozen], check=True, env=environment)
    subset(frozen, fonts / "InterTnum-Bold.ttf")
    icons(packages / "web" / "package" / "src", fonts)
    shutil.copy(text / "LICENSE_FONT", fonts / "BeVietnamPro-OFL.txt")
    shutil.copy(digits / "LICENSE_FONT", fonts / "Inter-OFL.txt")
    shutil.copy(packages / "web" / "package" / "LICENSE", fonts / "Phosphor-MIT.txt")
    for score, fill in enumerate(FACE_FILLS, start=1):
        face(score, fill, pictures / f"face-{score}.png")
    emblem(pictures / "emblem.png")
    shadow(pictures / "shadow.png")
    id_card(pictures / "id-card.png")
    for name in ("emblem", "id-card", *(f"face-{score}" for score in range(1, 6))):
        half(pictures / f"{name}.png", pictures / f"{name}.half.png")


def subset(source: Path, target: Path) -> None:
    """Keep Latin and Vietnamese letters with their mark positioning; the same input gives the same bytes.

    The fonts' hinting programs stay out: they were made by ttfautohint, to run them made every letter of every size
    four times as slow to measure, and FreeType's own hinter does the same work at once.
    """
    subprocess.run(
        [
            Path(sys.executable).with_name("pyftsubset"),
            source,
            f"--unicodes={LETTERS}",
            f"--output-file={target}",
            "--layout-features=*",
            "--no-hinting",
            "--no-hinting",
            "--no-recalc-timestamp",
            "--name-IDs=*",
        ],
        check=True,
    )
    unhinted(target)


def unhinted(path: Path) -> None:
    """Have letters drawn as they were designed.

    Be Vietnam Pro comes with ttfautohint's programs: running them made every letter of every size four times as slow
    to measure. With no program at all FreeType's own hinter sets to work, which is slower still at a new size; the
    seven bytes of gftools' fix-nonhinting, which Inter comes with, keep it away.
    """
    from fontTools.ttLib import TTFont, newTable
    from fontTools.ttLib.tables.ttProgram import Program

    font = TTFont(path, recalcTimestamp=False)
    font["prep"] = newTable("prep")
    font["prep"].program = Program()
    font["prep"].program.fromAssembly(["PUSHW[]", "511", "SCANCTRL[]", "PUSHB[]", "4", "SCANTYPE[]"])
    font.save(path)


def icons(source: Path, fonts: Path) -> None:
    """Put the named icons of two weights into one font: `house` is the bold outline, `house-fill` the filled shape."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    glyphs, advances, codes = {".notdef": TTGlyphPen(None).glyph()}, {".notdef": (0, 0)}, {}
    for weight, suffix in (("bold", ""), ("fill", "-fill")):
        font = TTFont(source / weight / f"Phosphor-{weight.title()}.ttf")
        css = (source / weight / "style.css").read_text(encoding="utf-8")
        points = dict(re.findall(r"\.ph-([a-z0-9-]+):before\s*{\s*content:\s*\"\\([0-9a-f]+)\"", css))
        drawn, cmap = font.getGlyphSet(), font.getBestCmap()
        for name in ICON_NAMES.split():
            glyph = cmap[int(points[name], 16)]
            pen = TTGlyphPen(None)
            drawn[glyph].draw(pen)
            key = name + suffix
            glyphs[key], advances[key] = pen.glyph(), (drawn[glyph].width, 0)
            codes[key] = 0xE000 + len(codes)
        head, hhea = font["head"], font["hhea"]
    builder = FontBuilder(head.unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({code: name for name, code in codes.items()})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {
            name: (width, glyphs[name].xMin if hasattr(glyphs[name], "xMin") else 0)
            for name, (width, _) in advances.items()
        }
    )
    builder.setupHorizontalHeader(ascent=hhea.ascent, descent=hhea.descent)
    builder.setupNameTable({"familyName": "Kiosk Icons", "styleName": "Regular", "copyright": "Phosphor Icons, MIT"})
    builder.setupOS2(sTypoAscender=hhea.ascent, sTypoDescender=hhea.descent, usWinAscent=hhea.ascent)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = head.modified
    builder.font.recalcTimestamp = False
    builder.save(fonts / "Icons.ttf")
    (fonts / "icons.json").write_text(json.dumps(codes, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def face(score: int, fill: str, target: Path, size: int = 400) -> None:
    """Draw one of the five faces; brows and mouth carry the meaning, never colour alone."""
    from PIL import Image, ImageColor, ImageDraw, ImageFilter

    side = size * OVERSAMPLING
    base = ImageColor.getrgb(fill)
    rim = tuple(int(channel * 0.82) for channel in base)
    picture = Image.new("RGBA", (side, side), (*rim, 0))
    draw = ImageDraw.Draw(picture)
    edge = side * 0.004
    draw.ellipse((edge, edge, side - edge, side - edge), fill=(*rim, 255))
    inset = side * 0.024
    draw.ellipse((inset, inset, side - inset, side - inset), fill=(*base, 255))
    light = Image.new("L", (side, side), 0)
    ImageDraw.Draw(light).ellipse((side * 0.12, side * 0.08, side * 0.62, side * 0.54), fill=105)
    light = light.filter(ImageFilter.GaussianBlur(side * 0.11))
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).ellipse((inset, inset, side - inset, side - inset), fill=255)
    glow = Image.composite(light, Image.new("L", (side, side), 0), mask)
    picture.paste(Image.new("RGBA", (side, side), (255, 255, 255, 255)), (0, 0), glow)
    picture.putalpha(_disc(side, edge))
    draw = ImageDraw.Draw(picture)
    thick = side * 0.046

    def at(x: float, y: float) -> tuple[float, float]:
        return (side * x, side * y)

    def stroke(points: list[tuple[float, float]], width: float = thick) -> None:
        draw.line(points, fill=FEATURE, width=round(width))
        for x, y in points:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=FEATURE)

    def curve(x1: float, x2: float, y: float, bend: float) -> list[tuple[float, float]]:
        half, rise, steps = (x2 - x1) / 2, abs(bend), 120
        radius = (half**2 + rise**2) / (2 * rise)  # of the circle through both ends and the bend
        across = [half * (2 * i / steps - 1) for i in range(steps + 1)]
        heights = [math.sqrt(radius**2 - x**2) - (radius - rise) for x in across]
        return [at(x1 + half + x, y + math.copysign(h, bend)) for x, h in zip(across, heights, strict=True)]

    if score < 5:
        for x in (0.34, 0.66):
            r = 0.053
            draw.ellipse((*at(x - r, 0.385 - r), *at(x + r, 0.385 + r)), fill=FEATURE)
    if score == 1:
        stroke([at(0.23, 0.225), at(0.41, 0.305)])
        stroke([at(0.77, 0.225), at(0.59, 0.305)])
        stroke(curve(0.31, 0.69, 0.73, -0.135))
    elif score == 2:
        stroke([at(0.25, 0.285), at(0.40, 0.245)])
        stroke([at(0.75, 0.285), at(0.60, 0.245)])
        stroke(curve(0.32, 0.68, 0.69, -0.085))
    elif score == 3:
        stroke([at(0.31, 0.63), at(0.69, 0.63)])
    elif score == 4:
        stroke(curve(0.30, 0.70, 0.575, 0.115))
    else:
        for x in (0.24, 0.62):
            stroke(curve(x, x + 0.14, 0.405, -0.085))
        mouth = [*curve(0.27, 0.73, 0.495, 0.035), *reversed(curve(0.27, 0.73, 0.495, 0.235))]
        draw.polygon(mouth, fill=FEATURE)
        stroke(curve(0.27, 0.73, 0.495, 0.035), thick * 0.6)
        draw.polygon([*curve(0.335, 0.665, 0.53, 0.02), *reversed(curve(0.335, 0.665, 0.53, 0.095))], fill="#FFFFFF")
    picture.resize((size, size), Image.Resampling.LANCZOS).save(target, optimize=True)


def _disc(side: int, edge: float):  # type: ignore[no-untyped-def]  # Pillow lives in the throwaway venv only
    from PIL import Image, ImageDraw

    disc = Image.new("L", (side, side), 0)
    ImageDraw.Draw(disc).ellipse((edge, edge, side - edge, side - edge), fill=255)
    return disc


def _star(cx: float, cy: float, radius: float) -> list[tuple[float, float]]:
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    return [
        (cx + r * math.sin(math.radians(36 * i)), cy - r * math.cos(math.radians(36 * i)))
        for i, r in ((i, radius if i % 2 == 0 else inner) for i in range(10))
    ]


def emblem(target: Path, size: int = 256) -> None:
    """Draw the gold star on a red disc with a gold ring."""
    from PIL import Image, ImageDraw

    side = size * OVERSAMPLING
    picture = Image.new("RGBA", (side, side), (200, 16, 46, 0))
    draw = ImageDraw.Draw(picture)
    for inset, colour in ((0.005, "#A90D26"), (0.03, "#FFCD00"), (0.055, "#C8102E")):
        draw.ellipse((side * inset, side * inset, side * (1 - inset), side * (1 - inset)), fill=colour)
    draw.polygon(_star(side / 2, side * 0.515, side * 0.355), fill="#FFCD00")
    picture.resize((size, size), Image.Resampling.LANCZOS).save(target, optimize=True)


def half(source: Path, target: Path) -> None:
    """Write the picture at half its size: small panels then need no mipmaps, which a processor makes slowly."""
    from PIL import Image

    picture = Image.open(source)
    size = (picture.width // 2, picture.height // 2)
    picture.resize(size, Image.Resampling.LANCZOS).save(target, optimize=True)


def shadow(target: Path, size: int = 128, radius: int = 24, blur: int = 14) -> None:
    """Draw the nine-patch shadow: a blurred rounded square; stretched by its 48 px borders."""
    from PIL import Image, ImageDraw, ImageFilter

    depth = Image.new("L", (size, size), 0)
    inset = 2 * blur - 4
    ImageDraw.Draw(depth).rounded_rectangle((inset, inset, size - inset, size - inset), radius, fill=255)
    depth = depth.filter(ImageFilter.GaussianBlur(blur / 1.6))
    picture = Image.new("RGBA", (size, size), (255, 255, 255, 255))
    picture.putalpha(depth)
    picture.save(target, optimize=True)


def id_card(target: Path) -> None:
    """Draw the picture of an ID card whose QR code is the thing to show; no real card and no real person."""
    from PIL import Image, ImageDraw

    width, height = 680, 432
    k = OVERSAMPLING
    picture = Image.new("RGBA", (width * k, height * k), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)

    def box(x: float, y: float, w: float, h: float, r: float, colour: str) -> None:
        draw.rounded_rectangle((x * k, y * k, (x + w) * k - 1, (y + h) * k - 1), r * k, fill=colour)

    box(0, 0, width, height, 36, "#FFFFFF")
    draw.rounded_rectangle((0, 0, width * k - 1, 100 * k), 36 * k, fill="#CFE2F7", corners=(True, True, False, False))
    draw.ellipse((36 * k, 22 * k, 92 * k, 78 * k), fill="#C8102E")
    draw.polygon(_star(64 * k, 51 * k, 21 * k), fill="#FFCD00")
    box(118, 30, 248, 16, 8, "#0A4EA2")
    box(118, 62, 164, 11, 5, "#7FA5D4")
    box(38, 142, 172, 226, 14, "#E6EEF8")
    draw.ellipse((82 * k, 176 * k, 166 * k, 260 * k), fill="#7FA5D4")
    draw.chord((54 * k, 284 * k, 194 * k, 452 * k), 180, 360, fill="#7FA5D4")
    draw.rectangle((54 * k, 368 * k, 194 * k, 460 * k), fill="#FFFFFF")
    for row, length in enumerate((198, 166, 198, 132, 176)):
        box(246, 152 + row * 46, length, 17, 8, "#B9C9DE")
    box(480, 136, 170, 170, 18, "#0A4EA2")
    box(486, 142, 158, 158, 13, "#FFFFFF")
    cell, left, top = 118 / 17, 506, 162
    for x, y in ((0, 0), (11, 0), (0, 11)):
        box(left + x * cell, top + y * cell, 6 * cell, 6 * cell, 3, "#0F1B2D")
        box(left + (x + 1) * cell, top + (y + 1) * cell, 4 * cell, 4 * cell, 2, "#FFFFFF")
        box(left + (x + 2) * cell, top + (y + 2) * cell, 2 * cell, 2 * cell, 1, "#0F1B2D")
    dots = (
        "7,1 8,3 7,5 9,5 8,7 10,7 12,7 15,8 1,8 3,7 5,8 13,9 7,10 9,9 11,11 8,13 10,13 13,12 15,11 7,15 12,15 14,14 "
        "16,16 10,16 16,13"
    )
    for dot in dots.split():
        x, y = map(int, dot.split(","))
        box(left + x * cell, top + y * cell, cell * 1.05, cell * 1.05, 0.5, "#0F1B2D")
    picture.resize((width, height), Image.Resampling.LANCZOS).save(target, optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
