/** Made-up data for looking at screens, and for tests. */
import type {
  Access,
  ActivityRow,
  CertificateFacts,
  CheckReport,
  CheckStep,
  ContainerDetails,
  FailureKind,
  Health,
  Kind,
  Provider,
  RegistryDetails,
  RegistryRow,
  Settings,
  StepResult,
  Tls,
  VaultStatus,
} from '../bindings';

export const NOW = Date.now();
export const before = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
/** In so many minutes. */
export const after = (minutes: number) => before(-minutes);

const STACKS =
  'dotnet50 dotnet60 dotnetcore31 go java-maven java-openliberty java-openliberty-gradle java-quarkus java-springboot java-vertx java-websphereliberty java-wildfly java-wildfly-bootable-jar nodejs nodejs-angular nodejs-nextjs nodejs-nuxtjs nodejs-react nodejs-svelte nodejs-vue ollama php-laravel pulsar python python-django udi'.split(
    ' ',
  );

export const SETTINGS: Settings = {
  theme: 'system',
  proxy: { mode: 'system' },
  timeoutSeconds: 15,
  lockAfterMinutes: 15,
  checkEveryMinutes: 60,
  hosting: true,
  hostingPort: 4747,
  zoom: 100,
  welcomed: true,
};

export const KEYCHAIN: VaultStatus = {
  kind: 'keychain',
  name: 'GNOME Keyring',
  state: 'ready',
  reason: null,
  hint: null,
  raw: null,
  hasPassphraseVault: false,
  tokens: 4,
};

export const CERTIFICATE: CertificateFacts = {
  subject: 'registry.lab.local',
  hosts: ['registry.lab.local', '192.168.1.200'],
  issuer: 'registry.lab.local',
  selfSigned: true,
  notBefore: '2026-03-03T09:00:00Z',
  notAfter: '2027-03-03T09:00:00Z',
  sha256:
    '9F:31:0C:7A:55:E2:B8:04:1D:6E:90:4C:AB:7F:23:88:51:CC:0E:94:3A:62:D7:F5:18:2B:C4:90:6D:EE:47:03',
};

const ORDER = {
  devfile: ['resolve', 'connect', 'tls', 'answer', 'index'],
  container: ['resolve', 'connect', 'tls', 'answer', 'credentials'],
  source: [],
} as const satisfies Record<Kind, readonly CheckStep[]>;

/** At which step each failure happens. */
function failingStep(kind: FailureKind): number {
  if (kind === 'name_not_resolved') return 0;
  if (['refused', 'unreachable', 'proxy', 'timed_out'].includes(kind)) return 1;
  if (kind.startsWith('certificate_') || kind.includes('tls') || kind === 'ca_file_unusable')
    return 2;
  return LAST_STEP.includes(kind) ? 4 : 3;
}

const LAST_STEP: readonly FailureKind[] = [
  'bad_json',
  'too_large',
  'credentials_refused',
  'forbidden',
  'realm_refused',
  'realm_not_approved',
  'bad_token',
  'identity_token_unsupported',
];

function steps(failedAt: number, kind: Kind): StepResult[] {
  return ORDER[kind].map((step, index) => {
    if (index > failedAt) return { step, state: 'not_tried', millis: null };
    const state = index === failedAt ? 'failed' : 'passed';
    return { step, state, millis: 3 + index * 17 };
  });
}

export function failedReport(failure: FailureKind, kind: Kind = 'devfile'): CheckReport {
  return {
    checkedAt: before(2),
    answerMillis: null,
    tokenSent: ['unauthorized', 'credentials_refused'].includes(failure),
    failure: {
      kind: failure,
      status: ['unauthorized', 'credentials_refused'].includes(failure) ? 401 : null,
      redirectedTo: failure === 'bad_redirect' ? 'https://elsewhere.example.org/' : null,
      seconds: failure === 'timed_out' ? 15 : failure === 'rate_limited' ? 240 : null,
      atTokenServer: false,
      said: null,
      hint: null,
      realm: failure.startsWith('realm_') ? 'https://auth.example.net/token' : null,
      raw: `error sending request: ${failure}: invalid peer certificate: UnknownIssuer (os error 104)`,
    },
    certificate: failure.startsWith('certificate_') ? CERTIFICATE : null,
    steps: steps(failingStep(failure), kind),
    access: null,
    stacks: 0,
    samples: 0,
    stackNames: [],
  };
}

export function passedReport(millis = 184, stacks = 31, samples = 7): CheckReport {
  return {
    checkedAt: before(2),
    answerMillis: millis,
    tokenSent: false,
    failure: null,
    certificate: CERTIFICATE,
    steps: steps(9, 'devfile'),
    access: null,
    stacks,
    samples,
    stackNames: STACKS.slice(0, stacks),
  };
}

/** A container registry that can be used. */
export function accessReport(access: Access, millis = 184): CheckReport {
  const nothing = { stacks: 0, samples: 0, stackNames: [] };
  const tokenSent = access === 'proved';
  // Where it is open, no credentials are tried.
  const done = steps(9, 'container').map((step, index): StepResult =>
    index < 4 || tokenSent ? step : { ...step, state: 'not_tried', millis: null },
  );
  return { ...passedReport(millis), ...nothing, access, tokenSent, steps: done };
}

export interface Sketch {
  name: string;
  url: string;
  kind?: Kind;
  user?: string;
  provider?: Provider;
  expires?: string;
  container?: Partial<ContainerDetails>;
  usedBy?: string[];
  hasToken?: boolean;
  tls?: Tls;
  health?: Health;
  seen?: number | null;
}

let count = 0;

/** A whole record from the few facts that matter. */
export function registry(sketch: Sketch): RegistryDetails {
  const {
    name,
    url,
    kind = 'devfile',
    hasToken = false,
    tls = 'verified',
    health = { state: 'unchecked' },
  } = sketch;
  const id = `0193-${String(++count).padStart(6, '0')}`;
  const row: RegistryRow = {
    id,
    kind,
    name,
    url,
    user: sketch.user ?? null,
    provider: kind === 'container' ? (sketch.provider ?? 'generic') : null,
    hasToken,
    cloud: sketch.container?.cloud?.way ?? null,
    expires: sketch.expires ?? null,
    tls,
    health,
    lastSeen: sketch.seen == null ? null : before(sketch.seen),
  };
  return {
    row,
    created: '2026-09-02T16:25:00Z',
    updated: '2026-11-14T08:02:00Z',
    base: 'first',
    caFile: tls === 'own_ca' ? '/etc/ssl/certs/example-corp-root.pem' : null,
    trustedCertificate: tls === 'pinned' ? CERTIFICATE.sha256 : null,
    container: kind === 'container' ? { ...NO_CONTAINER, ...sketch.container } : null,
    usedBy: sketch.usedBy ?? [],
    lastCheck: reportFor(health, kind),
  };
}

function reportFor(health: Health, kind: Kind): CheckReport | null {
  if (health.state === 'failed') return failedReport(health.kind, kind);
  if (health.state === 'ok' && health.access) return accessReport(health.access, health.millis);
  if (health.state === 'ok') return passedReport(health.millis, health.stacks, health.samples);
  return null;
}

const NO_CONTAINER: ContainerDetails = {
  chosenProvider: null,
  clientCertificate: null,
  clientKey: null,
  tokenServer: null,
  cloud: null,
  tokenUntil: null,
  addedBy: null,
  tokenPage: null,
};

const ok = (stacks: number, millis: number, samples = 7): Health => ({
  state: 'ok',
  stacks,
  samples,
  access: null,
  millis,
});

export const DEFAULT = { name: 'DefaultDevfileRegistry', url: 'https://registry.devfile.io' };

export function fewRegistries(): RegistryDetails[] {
  return [
    registry({ ...DEFAULT, health: ok(31, 184), seen: 2 }),
    registry({
      name: 'StageRegistry',
      url: 'https://registry.stage.devfile.io',
      hasToken: true,
      health: ok(29, 4100),
      seen: 2,
    }),
    registry({
      name: '🧪 Lab',
      url: 'https://192.168.1.200:5000',
      hasToken: true,
      tls: 'pinned',
      health: ok(4, 21),
      seen: 2,
    }),
    registry({
      name: 'Payments team',
      url: 'https://devfiles.payments.example.com/registry',
      hasToken: true,
      health: { state: 'failed', kind: 'unauthorized' },
      seen: 1500,
    }),
    registry({
      name: 'Example Corp',
      url: 'https://devfiles.corp.example.com:8443',
      tls: 'own_ca',
      health: ok(12, 96),
      seen: 2,
    }),
    registry({ name: 'On this computer', url: 'http://localhost:8080', tls: 'plain_http' }),
    registry({
      name: 'Workshop',
      url: 'https://workshop.example.org',
      health: { state: 'failed', kind: 'certificate_not_trusted' },
      seen: null,
    }),
    registry({
      name: 'New build farm',
      url: 'https://farm.example.net/devfiles',
      hasToken: true,
      health: { state: 'checking' },
      seen: 60,
    }),
    registry({
      name: 'Ökosystem Büro — ein recht langer Name für eine Registry',
      url: 'https://xn--ko-eka.example/with/a/rather/long/path/to/the/registry/v2',
      health: ok(0, 320, 0),
      seen: 40_000,
    }),
  ];
}

export function manyRegistries(total: number): RegistryDetails[] {
  const states: Health[] = [
    ok(31, 120),
    ok(4, 3600),
    { state: 'unchecked' },
    { state: 'failed', kind: 'timed_out' },
  ];
  return Array.from({ length: total }, (_, n) =>
    registry({
      name: `Registry ${n + 1}`,
      url: `https://r${n + 1}.example.com`,
      hasToken: n % 3 === 0,
      health: states[n % 4] ?? { state: 'unchecked' },
      seen: n % 4 === 2 ? null : (n % 500) + 1,
    }),
  );
}

export function activityRows(): ActivityRow[] {
  const row = (
    minutes: number,
    action: string,
    registryName: string | null,
    detail: string | null,
    ok = true,
  ) => ({
    at: before(minutes),
    action,
    registry: registryName,
    registryId: null,
    ok,
    detail,
  });
  return [
    row(2, 'registry.checked', 'StageRegistry', 'Answered in 4.1 s: 29 stacks, 7 samples'),
    row(9, 'registry.added', 'New build farm', 'https://farm.example.net/devfiles, with a token'),
    row(31, 'token.shown', 'Payments team', null),
    row(33, 'token.copied', 'Payments team', null),
    row(64, 'registry.updated', 'Lab', 'Certificate trusted: 9F:31:0C:7A:55:E2:B8:04…'),
    row(65, 'registry.updated', 'Lab', 'The keychain is locked', false),
    row(1500, 'registry.deleted', 'Old lab', 'https://192.168.1.99:5000'),
    row(1501, 'settings.changed', null, 'theme: dark'),
    ...Array.from({ length: 240 }, (_, n) =>
      row(2000 + n * 37, 'registry.checked', `Registry ${n % 17}`, 'Answered: 31 stacks'),
    ),
  ];
}
