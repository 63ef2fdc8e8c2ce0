"""A screenshot with at most 256 colours: a third of the bytes, and nobody sees a difference."""

import base64
import struct
import zlib

from playwright.sync_api import Page

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAP_TO_PALETTE = """async (png) => {
    const image = new Image();
    image.src = "data:image/png;base64," + png;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    const used = new Map();
    for (const pixel of pixels) used.set(pixel, (used.get(pixel) || 0) + 1);
    const byUse = [...used.keys()].sort((one, other) => used.get(other) - used.get(one));
    const parts = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
    const palette = byUse.slice(0, 256).map(parts);
    const index = new Map(byUse.slice(0, 256).map((pixel, place) => [pixel, place]));
    for (const pixel of byUse.slice(256)) {
        const [red, green, blue] = parts(pixel);
        let nearest = 0, least = Infinity;
        palette.forEach(([r, g, b], place) => {
            const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
            if (distance < least) { least = distance; nearest = place; }
        });
        index.set(pixel, nearest);
    }
    let mapped = "";
    for (let start = 0; start < pixels.length; start += 8192) {
        const some = Array.from(pixels.subarray(start, start + 8192), (pixel) => index.get(pixel));
        mapped += String.fromCharCode(...some);
    }
    return {width: canvas.width, height: canvas.height, palette: palette.flat(), mapped: btoa(mapped)};
}"""


def with_palette(page: Page, png: bytes) -> bytes:
    """The same picture as a PNG with a palette. An empty page's canvas does the work: others may load no such image."""
    empty = page.context.new_page()
    found = empty.evaluate(MAP_TO_PALETTE, base64.b64encode(png).decode())
    empty.close()
    width, height = int(found["width"]), int(found["height"])
    mapped = base64.b64decode(found["mapped"])
    rows = b"".join(b"\0" + mapped[start : start + width] for start in range(0, width * height, width))
    return (
        SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", bytes(found["palette"]))
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
