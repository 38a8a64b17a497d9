"""The peer of ingest in `cargo xtask bench`: what is made of each sheet, made by pypdfium2 and Pillow.

Arguments: number of processes, then PDF files. Of each page: a PDF of its own, its text with the place of each line, a picture at 200 dpi
cut into lossless WebP tiles of 512 pixels at all halvings, and the smallest of those as thumbnail. Nothing is kept.
"""

import io
import json
import multiprocessing
import sys

import pypdfium2
from PIL import Image

SIDE = 512
DPI = 200
LONG_SIDE_MIN, LONG_SIDE_MAX, PIXELS_MAX = 1024, 12_000, 80_000_000
# Sheets are drawn larger than Pillow thinks healthy.
Image.MAX_IMAGE_PIXELS = None


def webp(picture):
    out = io.BytesIO()
    # The quickest that is lossless.
    picture.save(out, "WEBP", lossless=True, quality=0, method=0)
    return out.getvalue()


def tiles(picture):
    made, blank = 0, None
    while True:
        for top in range(0, picture.height, SIDE):
            for left in range(0, picture.width, SIDE):
                tile = picture.crop((left, top, min(left + SIDE, picture.width), min(top + SIDE, picture.height)))
                if all(low == 255 for low, _ in tile.getextrema()):
                    blank = blank or webp(tile)
                else:
                    webp(tile)
                made += 1
        if max(picture.size) <= SIDE:
            webp(picture)
            return made
        picture = picture.reduce(2)


def page(task):
    path, index = task
    document = pypdfium2.PdfDocument(path)
    single = pypdfium2.PdfDocument.new()
    single.import_pages(document, [index])
    single.save(io.BytesIO())
    sheet = document[index]
    text = sheet.get_textpage()
    words = [text.get_text_bounded(*text.get_rect(n)) for n in range(text.count_rects())]
    width, height = sheet.get_size()
    long_side = max(width, height)
    scale = min(
        max(DPI / 72, LONG_SIDE_MIN / long_side), LONG_SIDE_MAX / long_side, (PIXELS_MAX / (width * height)) ** 0.5
    )
    picture = sheet.render(scale=scale).to_pil().convert("RGB")
    return len(words), tiles(picture)


if __name__ == "__main__":
    processes, files = int(sys.argv[1]), sys.argv[2:]
    tasks = [(path, index) for path in files for index in range(len(pypdfium2.PdfDocument(path)))]
    with multiprocessing.Pool(processes) as pool:
        done = pool.map(page, tasks, chunksize=1)
    print(json.dumps({"version": str(pypdfium2.version.PYPDFIUM_INFO), "pages": len(done)}))
