/** Source registries and packages to look at. */
import type {
  Ecosystem,
  EcosystemDefault,
  HostingStatus,
  PackageDetails,
  PackageFile,
  RegistryToken,
  SourceDetails,
  VersionRow,
} from '../bindings';
import { before } from './data';

export const HOST = 'http://127.0.0.1:4747';

export const RUNNING: HostingStatus = {
  server: { state: 'running' },
  network: { state: 'off' },
  address: '127.0.0.1:4747',
  url: HOST,
  organization: 'local',
  folder: '/home/jane/.local/share/registrar/hosting',
  usedBytes: 1_310_000_000,
  freeBytes: 412_000_000_000,
  uploads: 0,
};

export const LOOKS: EcosystemDefault[] = [
  { ecosystem: 'files', emoji: '🗃️', color: '#e2e8f0' },
  { ecosystem: 'javascript', emoji: '🟩', color: '#dcfce7' },
  { ecosystem: 'python', emoji: '🐍', color: '#dbeafe' },
  { ecosystem: 'container', emoji: '🐳', color: '#dbeafe' },
  { ecosystem: 'helm_oci', emoji: '⛵', color: '#e0e7ff' },
];

let counter = 0;
const nextId = (kind: string) => `${kind}-${(counter += 1)}`;

/** A hexadecimal digest that a text always gets; no real one. */
function digest(text: string, letters: number): string {
  let hash = 2_166_136_261;
  let out = '';
  for (let at = 0; out.length < letters; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at % text.length) ^ at, 16_777_619) >>> 0;
    out += hash.toString(16).padStart(8, '0');
  }
  return out.slice(0, letters);
}

export function packageFile(name: string, size: number, downloads = 0): PackageFile {
  return {
    id: nextId('file'),
    name,
    size,
    md5: digest(`md5${name}`, 32),
    sha1: digest(`sha1${name}`, 40),
    sha256: digest(`sha256${name}`, 64),
    sha512: digest(`sha512${name}`, 128),
    downloads,
  };
}

export function version(
  number: string,
  minutes: number,
  size: number,
  change: Partial<VersionRow> = {},
): VersionRow {
  return {
    id: nextId('version'),
    version: number,
    pushedAt: before(minutes),
    size,
    downloads: 0,
    tags: [],
    prerelease: number.includes('-'),
    withdrawn: null,
    referrer: null,
    ...change,
  };
}

/** A package: its versions with what each has, newest first. */
export interface Stored {
  name: string;
  versions: PackageDetails[];
}

const FILE_NAMES: Record<Ecosystem, (name: string, version: string) => string[]> = {
  files: (name, number) => [`${name}-${number}.tar.gz`],
  javascript: (name, number) => [`${name.replace(/^@[^/]+\//, '')}-${number}.tgz`],
  python: (name, number) => {
    const base = `${name.replaceAll('-', '_')}-${number}`;
    return [`${base}-py3-none-any.whl`, `${base}.tar.gz`];
  },
  container: () => ['manifest.json', 'config.json', 'layer-01.tar.gz', 'layer-02.tar.gz'],
  helm_oci: (name, number) => ['manifest.json', 'config.json', `${name}-${number}.tgz`],
};

/** A package of an ecosystem with these versions, newest first. */
export function stored(
  ecosystem: Ecosystem,
  name: string,
  versions: readonly VersionRow[],
  change: Partial<PackageDetails> = {},
): Stored {
  return {
    name,
    versions: versions.map((row) => {
      const names = FILE_NAMES[ecosystem](name, row.version);
      return {
        name,
        version: row,
        summary: '',
        files: names.map((file, index) => {
          const size = Math.round(row.size / names.length);
          const made = packageFile(file, size, Math.round(row.downloads / names.length));
          // The parts of an image or a chart are known by their SHA-256 alone.
          const isImage = ecosystem === 'container' || ecosystem === 'helm_oci';
          const isPart = isImage && index > 0;
          return isPart ? { ...made, md5: null, sha1: null, sha512: null } : made;
        }),
        facts: [],
        dependencies: [],
        readme: null,
        versions: [],
        versionCount: 0,
        subject: null,
        partOf: null,
        referrers: [],
        moreReferrers: false,
        goingWith: 0,
        publishedBy: 'This window',
        canWithdraw: ecosystem === 'javascript' || ecosystem === 'python',
        ...change,
      };
    }),
  };
}

export function registryToken(description: string, lastUsed: number | null): RegistryToken {
  return {
    id: nextId('token'),
    description,
    createdAt: before(60 * 24 * 40),
    lastUsedAt: lastUsed === null ? null : before(lastUsed),
  };
}

export function source(
  name: string,
  ecosystem: Ecosystem,
  change: Partial<SourceDetails['row']> = {},
  tokens: RegistryToken[] = [],
): SourceDetails {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const look = LOOKS.find((known) => known.ecosystem === ecosystem);
  return {
    row: {
      id: `source-${slug}`,
      slug,
      name,
      description: '',
      ecosystem,
      emoji: look?.emoji ?? '📦',
      color: look?.color ?? '#e2e8f0',
      public: false,
      packages: 0,
      size: 0,
      downloads: 0,
      lastPushed: null,
      ...change,
    },
    url: `${HOST}/local/${slug}`,
    createdAt: before(60 * 24 * 90),
    updatedAt: before(60 * 24 * 4),
    versions: 0,
    files: 0,
    tokens,
  };
}

const README = `# Button

One button for every product of the company. It follows the theme, knows when it is **busy**, and can be
worked with the keyboard alone.

## Install

\`\`\`sh
npm install @acme/button
\`\`\`

## Use

\`\`\`tsx
import { Button } from '@acme/button';

<Button tone="primary" busy={saving} onPress={save}>
  Save
</Button>
\`\`\`

| Property | Type | Meaning |
| :-- | :-- | :-- |
| \`tone\` | \`'plain' \\| 'primary' \\| 'danger'\` | How loud it is |
| \`busy\` | \`boolean\` | Shows a spinner and takes no press |
| \`icon\` | \`IconName\` | Before the words |

1. Prefer *one* primary button per page.
2. A dangerous one is never the first that the focus reaches:
   - in dialogs, focus **Cancel**,
   - in forms, put it last.

> Since 2.9 the button is 2 pixels higher. See the [guidelines](https://design.example.com/button "Guidelines").

![A picture of three buttons](https://design.example.com/three.png)

<details><summary>HTML</summary>It is not shown as HTML.</details>

- [x] Light and dark
- [ ] High contrast
`;

const day = 60 * 24;

function designSystem(): Stored[] {
  return [
    stored('javascript', 'design-tokens', [
      version('4.2.0', 3, 12_288, { downloads: 128, tags: ['latest'] }),
      version('4.1.0', 9 * day, 12_100, { downloads: 94 }),
    ]),
    stored(
      'javascript',
      '@acme/button',
      [
        version('3.0.0-beta.1', 2 * day, 50_900, { downloads: 12, tags: ['next'] }),
        version('2.10.1', day + 40, 48_212, { downloads: 1904, tags: ['latest'] }),
        version('2.10.0', 8 * day, 48_100, {
          downloads: 311,
          withdrawn: 'It throws where there is no theme. Use 2.10.1.',
        }),
        version('2.9.4', 41 * day, 47_020, { downloads: 5210 }),
        version('2.9.3', 60 * day, 47_010, { downloads: 1802 }),
      ],
      {
        summary: 'The button of the design system',
        readme: { format: 'markdown', text: README },
        publishedBy: 'CI of the design system',
        facts: [
          { label: 'Licence', value: 'MIT', url: null },
          { label: 'Homepage', value: 'design.example.com', url: 'https://design.example.com/' },
          {
            label: 'Repository',
            value: 'git.example.com/acme/design-system',
            url: 'https://git.example.com/acme/design-system',
          },
          { label: 'Author', value: 'Ana Gómez', url: null },
          { label: 'Needs Node.js', value: '>=20.19', url: null },
          { label: 'Keywords', value: 'button, design-system, react', url: null },
        ],
        dependencies: [
          { name: 'design-tokens', requirement: '^4.1.0', group: null },
          { name: 'clsx', requirement: '^2.1.1', group: null },
          { name: 'react', requirement: '>=18', group: 'peer' },
          { name: '@testing-library/react', requirement: '^16.1.0', group: 'development' },
          { name: 'vitest', requirement: '^4.0.0', group: 'development' },
        ],
      },
    ),
    stored('javascript', 'icons', [
      version('1.7.0', 3 * day + 90, 310_400, { downloads: 611, tags: ['latest'] }),
    ]),
    stored('javascript', 'typography', [
      version('0.9.4', 15 * day, 22_016, { downloads: 87, tags: ['latest'] }),
    ]),
  ];
}

const WORDS = 'api auth billing cache chart client core data edge events feed forms graph'.split(
  ' ',
);
const ENDINGS = 'kit server utils types worker schema react testing cli tools'.split(' ');

/** So many packages, each with a few versions. */
export function manyPackages(ecosystem: Ecosystem, count: number): Stored[] {
  return Array.from({ length: count }, (_, at) => {
    const word = WORDS[at % WORDS.length];
    const ending = ENDINGS[Math.floor(at / WORDS.length) % ENDINGS.length];
    const series = Math.floor(at / (WORDS.length * ENDINGS.length));
    const name = [word, ending, series || ''].filter(Boolean).join('-');
    const size = 4_000 + ((at * 7_919) % 900_000);
    return stored(ecosystem, name, [
      version(`${1 + (at % 4)}.${at % 12}.${at % 7}`, 5 + at * 37, size, {
        downloads: (at * 7_907) % 4_000,
        tags: ecosystem === 'javascript' ? ['latest'] : [],
      }),
    ]);
  });
}

export interface Kept {
  details: SourceDetails;
  packages: Stored[];
}

/** A few registries as a small company has them. */
export function fewSources(): Kept[] {
  return [
    {
      details: source(
        'design-system',
        'javascript',
        { description: 'Buttons, icons and type for every product', emoji: '🟩' },
        [registryToken('Build server', 12), registryToken('Laptop', 60 * 24 * 3)],
      ),
      packages: designSystem(),
    },
    {
      details: source('Data science', 'python', {
        description: 'Models and helpers of the data team, for Python 3.11 and later',
      }),
      packages: [
        stored(
          'python',
          'acme-features',
          [
            version('0.14.0', 190, 1_204_000, { downloads: 402 }),
            version('0.13.2', 12 * day, 1_199_000, {
              downloads: 1_300,
              withdrawn: '',
            }),
          ],
          {
            summary: 'Feature extraction shared by every model',
            readme: {
              format: 'rst',
              text: 'acme-features\n=============\n\nFeature extraction shared by every model.\n\n.. code-block:: python\n\n   from acme_features import extract\n',
            },
            facts: [
              { label: 'Licence', value: 'BSD-3-Clause', url: null },
              { label: 'Needs Python', value: '>=3.11', url: null },
            ],
            dependencies: [
              { name: 'numpy', requirement: '>=2.0', group: null },
              { name: 'polars', requirement: '>=1.12,<2', group: null },
              { name: 'pytest', requirement: '', group: 'test' },
            ],
          },
        ),
        ...manyPackages('python', 23),
      ],
    },
    {
      details: source('Installers', 'files', {
        description: 'What customers download, for each release',
        public: true,
        emoji: '💿',
        color: '#fde68a',
      }),
      packages: [
        stored('files', 'acme-desktop', [
          version('5.3.1', 6 * day, 148_200_000, { downloads: 3_204 }),
          version('5.3.0', 20 * day, 148_000_000, { downloads: 9_811 }),
        ]),
        stored('files', 'acme-cli', [version('2.0.0', 30 * day, 9_812_000, { downloads: 511 })]),
      ],
    },
    {
      details: source('Internal tools', 'javascript', { emoji: '🛠️', color: '#fae8ff' }),
      packages: manyPackages('javascript', 61),
    },
    {
      details: source('Sandbox', 'python', { description: 'To try things out', emoji: '🧪' }),
      packages: [],
    },
  ];
}
