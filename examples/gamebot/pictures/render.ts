/**
 * PNG of SVG, by resvg as WebAssembly and with a font from npm: nothing of it depends on what a
 * machine has installed. DejaVu has Latin, Greek, Cyrillic and Arabic letters; others are boxes until you add a font that has them.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const require = createRequire(import.meta.url);
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'] as const;

/** Twice the size, for displays with many pixels. */
const ZOOM = 2;

let ready: Promise<Uint8Array[]> | undefined;

/** Loaded when the first picture is asked for. */
async function load(): Promise<Uint8Array[]> {
  await initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return await Promise.all(FONT_FILES.map((file) => readFile(require.resolve(`dejavu-fonts-ttf/ttf/${file}`))));
}

export async function renderPng(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  ready ??= load();
  const fontBuffers = await ready;
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    font: { fontBuffers, defaultFontFamily: 'DejaVu Sans' },
  });
  try {
    const image = picture.render();
    try {
      return new Uint8Array(image.asPng());
    } finally {
      image.free();
    }
  } finally {
    // Memory of WebAssembly is not collected.
    picture.free();
  }
}
