"""The widgets that every screen is made of: own, few, sharp, and laid out at once.

Import them from their modules (each imports Kivy, so `prepare_kivy` of `kiosk.ui.shell` comes first). Every widget
takes a `Look` first: palette, pixels of one u, type sizes, the factor of large type. Sizes in constructors are u.

    part.py     `Look(palette, u, type, large=1.0)` with `.px(u)`, `.text_px(u)`; `Part`: a Kivy widget that knows
                `natural_height(width)`, `natural_width()` in px, and `place(x, y, w, h)`; `Gap(look)`: empty space
    boxes.py    `Column(look, gap=0, pad=0)`, `Row(...)`: `.add(widget, size=None, share=0) -> widget`: size in u along
                the line, or a share of what is left, or the widget's natural size (a plain Kivy widget works too, given
                a size or share); `.space(size)` or `.space(share=1)`. `Grid(look, columns, gap=16, cell=None)`,
                `Layers(look)`: one above the other. `Slot(look)`: `.show(key, build)` builds anew only when `key`
                differs from the last one
    text.py     `Text(look, text, size=None, weight="medium", colour=None, halign="left", valign="middle", lines=0)`:
                wraps between words, balances lines, shrinks (to 70 %) before it would be cut; `.set(text)`,
                `.tint(colour)`; weight "number" has tabular digits. `text_height(look, text, size, width)`.
                `Icon(look, name, size=48, colour=None)`: names of assets/fonts/icons.json, `NAME` is the bold outline,
                `NAME-fill` the filled shape
    shapes.py   `Card(look, child=None, fill=None, edge=None, radius=28, line=None, pad=0, shadow=False)`,
                `Plate(look, child, size, fill)`: a square behind an icon, `Block(look, colour)`: full-bleed rectangle
                without smooth edge, `Dot(look, colour, size=12)`, `Picture(look, name, size=None)`:
                assets/pictures/NAME.png, `Face(look, score, size)` with `.dim(True)` for 38 %, `Emblem(look, size)`,
                `QrPicture(look, text, pad=16)`: whole pixels a module, nearest
    touch.py    `TouchButton(look, act, child, kind="plain", ...)`: kinds plain, outline, primary, quiet, key, bar;
                `.choose(True)`, `.enable(False)`, `.hold_focus(True)`, `.activate()`; pressed at once on touch-down,
                `act()` on touch-up inside. `Button(look, act, text, kind, icon="", icon_after="", size=None)`,
                `Tile(look, act, title, hint="", icon="")`, `Chip(look, act, text, chosen=False)`,
                `IconButton(look, act, icon, label)`

Colours are `#RRGGBB` strings from the palette; a text's colour is `palette.ink` unless told.
"""
