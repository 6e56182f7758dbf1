/** The fonts that come with the application. */
import cyrillic from '@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2?url';
import greek from '@fontsource-variable/inter/files/inter-greek-wght-normal.woff2?url';
import latinExtended from '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2?url';
import monoExtended from '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-ext-wght-normal.woff2?url';

const TEXT = 'Inter Variable';
const MONO = 'JetBrains Mono Variable';

/** What the style sheet does without, with the ranges of the files. */
const FURTHER = [
  {
    family: TEXT,
    weight: '100 900',
    file: latinExtended,
    range:
      'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1D00-1DBF, U+1E00-1E9F, ' +
      'U+1EF2-1EFF, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF',
  },
  {
    family: TEXT,
    weight: '100 900',
    file: cyrillic,
    range: 'U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116',
  },
  {
    family: TEXT,
    weight: '100 900',
    file: greek,
    range: 'U+0370-0377, U+037A-037F, U+0384-038A, U+038C, U+038E-03A1, U+03A3-03FF',
  },
  {
    family: MONO,
    weight: '100 800',
    file: monoExtended,
    range: 'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+1E00-1E9F, U+1EF2-1EFF, U+2C60-2C7F',
  },
];

/** Waits for the fonts of the first picture, so that it is not laid out twice. */
export async function firstFonts(): Promise<void> {
  await Promise.all([TEXT, MONO].map((family) => document.fonts.load(`1em "${family}"`)));
}

/** Fetches the fonts of the other scripts; each takes part once it is whole. */
export async function furtherFonts(): Promise<void> {
  await Promise.all(
    FURTHER.map(async ({ family, weight, file, range }) => {
      const face = new FontFace(family, `url(${file})`, { weight, unicodeRange: range });
      document.fonts.add(await face.load());
    }),
  );
}
