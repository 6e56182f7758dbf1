/** Situations of the settings of source registries, of hosting itself, and of tokens. */
import type {
  ApiToken,
  HostingStatus,
  StorageProblem,
  TokenScope,
  VerifyReport,
} from '../bindings';
import { PRESETS } from '../lib/scopes';
import { refusal, type Backend } from './backend';
import { before } from './data';
import { fewSources, registryToken, RUNNING } from './hosting-data';
import { hosting } from './hosting-scenes';
import { NETWORK_CLIENTS } from './network';

const DAY = 24 * 60;

function apiToken(
  description: string,
  scopes: readonly TokenScope[],
  change: Partial<ApiToken> = {},
): ApiToken {
  return {
    id: `api-${description}`,
    description,
    ending: 'k3Qz',
    scopes: [...scopes],
    createdAt: before(40 * DAY),
    expiresAt: before(-60 * DAY),
    lastUsedAt: before(12),
    lastUsedFrom: '127.0.0.1',
    ...change,
  };
}

/** Tokens as they are after a while: in use, at their end, past it, and for ever. */
export function fewApiTokens(): ApiToken[] {
  return [
    apiToken('Release script on the laptop', PRESETS.publish, {
      ending: 'a71f',
      createdAt: before(2 * DAY),
      expiresAt: before(-2.4 * DAY),
    }),
    apiToken('Build server', PRESETS.publish),
    apiToken('Nightly clean-up', ['read_packages', 'delete_packages', 'read_registries'], {
      ending: '9_bX',
      expiresAt: null,
      lastUsedAt: before(9 * 60),
    }),
    apiToken('Trying out the Buildkite command line', PRESETS.everything, {
      ending: 'Yw0-',
      expiresAt: before(3 * DAY),
      lastUsedAt: null,
      lastUsedFrom: null,
    }),
  ];
}

/** The server could not start: something else has its port. */
export const PORT_HELD: HostingStatus = {
  ...RUNNING,
  server: {
    state: 'failed',
    error: {
      code: 'internal',
      message: 'Another program is already using the address 127.0.0.1:4747.',
      hint: 'Close that program, or choose another port in the settings.',
      retryable: true,
      field: null,
      raw: null,
    },
    holder: 'node (process 4711)',
  },
};

const OFF: HostingStatus = { ...RUNNING, server: { state: 'off' } };

const PROBLEMS: StorageProblem[] = [
  {
    source: 'design-system',
    package: '@acme/button',
    version: '2.9.4',
    file: 'button-2.9.4.tgz',
    problem: 'Its SHA-256 is not the one that it was published with.',
  },
  {
    source: 'Data science',
    package: 'acme-features',
    version: '0.13.2',
    file: 'acme_features-0.13.2-py3-none-any.whl',
    problem: 'The file is gone from the disk.',
  },
];

const DAMAGED: VerifyReport = {
  checked: 412,
  bytes: RUNNING.usedBytes,
  problems: PROBLEMS,
  repairs: PROBLEMS.map(({ file, package: name, version, source }) => ({
    what: 'It is put aside, and clients are told that it is broken. Publish the same file again to heal it.',
    count: 1,
    heals: false,
    file: `${file} · ${name} ${version} · ${source}`,
  })),
  unreferenced: 3,
  cancelled: false,
};

type Change = (backend: Backend) => void;

/** The usual registries and tokens. */
function kept(change: Change = () => {}): () => Backend {
  return () =>
    hosting(fewSources(), (backend) => {
      backend.hosting.apiTokens = fewApiTokens();
      change(backend);
    })();
}

function turnedOff(backend: Backend): void {
  backend.settings.hosting = false;
  backend.hosting.status = OFF;
}

export const hostingTokenScenes: Record<string, () => Backend> = {
  hosted: kept(),
  'hosted-shared': kept(({ hosting }) => {
    hosting.network.clients = NETWORK_CLIENTS;
    hosting.network.turn(true);
  }),
  'hosted-share-failed': kept(({ hosting }) => {
    const message = 'Another program is already using port 4748.';
    const hint = 'Close that program, or choose another port.';
    const error = refusal({ message, hint, retryable: true });
    hosting.network.outcome = { state: 'failed', error, holder: 'node (process 4711)' };
    hosting.network.turn(true);
  }),
  'hosted-no-tokens': kept((backend) => {
    backend.hosting.apiTokens = [];
    for (const { details } of backend.hosting.kept) details.tokens = [];
  }),
  'hosted-public': kept((backend) => {
    for (const { details } of backend.hosting.kept) {
      details.row = { ...details.row, public: true };
    }
  }),
  'hosted-many-tokens': kept((backend) => {
    const [first] = backend.hosting.kept;
    if (!first) return;
    const named = (n: number) => registryToken(`Build server ${n + 1} of the web team`, n * 90);
    first.details.tokens = Array.from({ length: 24 }, (_, n) => named(n));
  }),
  'hosted-off': kept(turnedOff),
  'hosted-port-held': kept((backend) => (backend.hosting.status = PORT_HELD)),
  'hosted-starting': kept((backend) => {
    backend.hosting.status = { ...RUNNING, server: { state: 'starting' } };
  }),
  'hosted-uploads': kept((backend) => (backend.hosting.status = { ...RUNNING, uploads: 3 })),
  'hosted-unplugged': kept(({ hosting }) => {
    hosting.storage.there = false;
    const folder = '/media/jane/Archive/registrar-packages';
    hosting.status = { ...hosting.status, folder };
  }),
  'hosted-damaged': kept((backend) => (backend.hosting.report = DAMAGED)),
  'hosted-full': kept((backend) => {
    backend.hosting.status = { ...RUNNING, freeBytes: 812_000_000 };
  }),
};
