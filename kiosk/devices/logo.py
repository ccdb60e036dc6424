"""The site's logo on slips: any picture made into black dots that a thermal head prints well."""

from pathlib import Path

from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

HEIGHT_DOTS = {576: 108, 384: 84}
"""Beside an office's name of two lines and the date, by the paper's width."""
WIDEST = 2.0
"""A logo may be so many times as wide as it is high; a wider one gets lower."""
MAX_PIXELS = 40_000_000
MAX_BYTES = 8 * 1024 * 1024
_HEAT_SPREAD = 0.82
"""Exponent that lightens the middle tones: a hot dot blackens a little of its neighbours, so printed greys come out
darker than they were meant. An estimate: nobody has measured it on this project's printers."""
_FLAT = 0.06
"""A logo with fewer pixels than this between black and white is line art: dots would only fray its edges."""


class LogoFault(Exception):
    """The logo's file cannot be used; the message names it and the mend."""


def load_logo(path: Path, width_dots: int) -> Image.Image:
    """Return the logo for paper of `width_dots`: mode "1", white margins cut off.

    Raises:
        LogoFault: if the file is missing, too large, no picture, or all of one colour.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LogoFault(f"{path}: larger than {MAX_BYTES // 1024 // 1024} MB. Save a smaller PNG.")
        with Image.open(path) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise LogoFault(f"{path}: {picture.width}x{picture.height} pixels are too many. Save a smaller PNG.")
            grey = _on_white(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError, EOFError) as error:
        raise LogoFault(f"{path}: this is no picture that can be read ({error}). Use a PNG.") from None
    except OSError as error:
        # Pillow tells damaged pictures so, too
        raise LogoFault(f"{path}: {error.strerror or error}. Use a PNG that is there.") from None
    box = ImageChops.invert(grey).point(lambda value: 255 if value > 24 else 0).getbbox()
    if box is None or grey.crop(box).getextrema()[0] == grey.crop(box).getextrema()[1]:
        raise LogoFault(f"{path}: nothing is on it but one colour. Use a PNG with dark lines on white.")
    return dots_of(_fitted(grey.crop(box), HEIGHT_DOTS[width_dots]))


def dots_of(grey: Image.Image) -> Image.Image:
    """Return a grey picture as dots: line art cut at the middle, tones spread over neighbours (Floyd and Steinberg)."""
    histogram = grey.histogram()
    between = sum(histogram[64:192]) / max(1, sum(histogram))
    if between < _FLAT:
        return grey.point(lambda value: 255 if value > 127 else 0, "1")
    crisp = grey.filter(ImageFilter.UnsharpMask(radius=1.2, percent=80, threshold=2))
    return crisp.point(lambda value: round(255 * (value / 255) ** _HEAT_SPREAD)).convert("1")


def _on_white(picture: Image.Image) -> Image.Image:
    colours = picture.convert("RGBA")
    white = Image.new("RGBA", colours.size, "white")
    return Image.alpha_composite(white, colours).convert("L")


def _fitted(grey: Image.Image, height: int) -> Image.Image:
    scale = min(height / grey.height, height * WIDEST / grey.width)
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    return ImageOps.autocontrast(grey.resize(size, Image.Resampling.LANCZOS), cutoff=1)
