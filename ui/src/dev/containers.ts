/** Made-up container registries, and a rough stand-in for what the shell says about them. */
import type {
  Access,
  Candidate,
  Cloud,
  CredentialAnswer,
  DraftReview,
  FieldRemark,
  Fit,
  Health,
  Provider,
  RegistryDetails,
  RegistryDraft,
} from '../bindings';
import { dayAfter, dayOf } from '../lib/expiry';
import { NOW, registry, type Sketch } from './data';

const PAGES: Partial<Record<Provider, string>> = {
  docker_hub: 'https://app.docker.com/settings/personal-access-tokens',
  ghcr: 'https://github.com/settings/tokens/new?scopes=read:packages',
  quay: 'https://quay.io/organization/',
  gitlab: 'https://gitlab.com/-/user_settings/personal_access_tokens',
  digital_ocean: 'https://cloud.digitalocean.com/account/api/tokens',
};

const HOSTS: [RegExp, Provider][] = [
  [/^docker\.io$/, 'docker_hub'],
  [/^ghcr\.io$/, 'ghcr'],
  [/^quay\.io$/, 'quay'],
  [/^registry\.gitlab\.com$/, 'gitlab'],
  [/^\d{12}\.dkr\.ecr\.[\w-]+\.amazonaws\.com$/, 'ecr'],
  [/^public\.ecr\.aws$/, 'ecr_public'],
  [/(^|\.)gcr\.io$|-docker\.pkg\.dev$/, 'google'],
  [/\.azurecr\.io$/, 'acr'],
  [/\.jfrog\.io$/, 'jfrog'],
  [/^registry\.digitalocean\.com$/, 'digital_ocean'],
];

const CLOUDS: Partial<Record<Provider, Cloud>> = {
  ecr: 'aws',
  ecr_public: 'aws',
  acr: 'azure',
  google: 'google',
};

function providerOf(address: string): Provider | null {
  const host = address.replace(/[/:].*$/, '');
  return HOSTS.find(([pattern]) => pattern.test(host))?.[1] ?? null;
}

const HUB = /^(index\.docker\.io|registry-1\.docker\.io|hub\.docker\.com)(?=\/|$)/;

/** Roughly what the shell makes of a pasted address. */
export function canonicalContainer(typed: string): string | null {
  const text = typed
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/@sha256:.*$/, '')
    .replace(/\/+$/, '')
    .replace(/\/v[12]$/, '')
    .replace(/(\/[^/:]+):[\w.-]+$/, '$1')
    .replace(HUB, 'docker.io');
  return /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._*/-]+)?$/.test(text) ? text : null;
}

export function reviewContainer(
  draft: RegistryDraft,
  id: string | null,
  records: readonly RegistryDetails[],
): DraftReview {
  const errors: FieldRemark[] = [];
  const warnings: FieldRemark[] = [];
  const url = canonicalContainer(draft.url);
  if (draft.url.trim() === '') {
    errors.push({ field: 'url', message: 'Enter the registry’s address.', at: null });
  } else if (url === null) {
    errors.push({ field: 'url', message: 'This is no registry’s address.', at: 0 });
  }
  const scheme = /^\s*(https?):/i.exec(draft.url)?.[1]?.toLowerCase();
  if (scheme && (scheme === 'http') !== draft.allowHttp) {
    errors.push({ field: 'url', message: `It begins with ${scheme}://, but that is off.`, at: 0 });
  }
  const same = records.find(({ row }) => row.id !== id && row.url === url);
  if (same) {
    warnings.push({ field: 'url', message: `“${same.row.name}” has the same address.`, at: null });
  }
  if (draft.expires !== '' && !/^\d{4}-\d\d-\d\d$/.test(draft.expires.trim())) {
    const message = 'Write the day as year-month-day, like 2027-01-31.';
    errors.push({ field: 'expires', message, at: null });
  }
  const { container } = draft;
  if (container?.clientCertificate && !container.clientKey) {
    const message = 'The certificate needs its key: choose that as well.';
    errors.push({ field: 'clientKey', message, at: null });
  }
  const provider = url === null ? null : providerOf(url);
  const tokenPage = PAGES[container?.provider ?? provider ?? 'generic'] ?? null;
  const plainHttp = scheme === 'http';
  const cloud = (provider && CLOUDS[provider]) ?? null;
  return { url, plainHttp, provider, cloud, tokenPage, errors, warnings };
}

const open = (access: Access, millis: number): Health => ({
  state: 'ok',
  stacks: 0,
  samples: 0,
  access,
  millis,
});

const container = (sketch: Omit<Sketch, 'kind'>) => registry({ kind: 'container', ...sketch });

export function containerRegistries(): RegistryDetails[] {
  const today = dayOf(NOW);
  return [
    container({
      name: 'Docker Hub',
      url: 'docker.io',
      provider: 'docker_hub',
      user: 'jane',
      hasToken: true,
      health: open('proved', 184),
      seen: 2,
      usedBy: ['docker', 'podman'],
      container: { tokenPage: PAGES.docker_hub ?? null, addedBy: 'docker' },
    }),
    container({
      name: 'Acme on GitHub',
      url: 'ghcr.io/acme',
      provider: 'ghcr',
      user: 'jane-doe',
      hasToken: true,
      expires: dayAfter(today, 3),
      health: open('proved', 96),
      seen: 2,
      usedBy: ['docker'],
      container: { tokenPage: PAGES.ghcr ?? null },
    }),
    container({
      name: 'Payments images',
      url: 'ghcr.io/acme/payments/*',
      provider: 'ghcr',
      user: 'payments-bot',
      hasToken: true,
      expires: dayAfter(today, -2),
      health: open('proved', 101),
      seen: 2,
    }),
    container({
      name: 'Lab',
      url: '192.168.1.200:5000',
      user: 'janedoe',
      hasToken: true,
      tls: 'pinned',
      health: open('proved', 12),
      seen: 2,
      container: {
        clientCertificate: '/home/jane/certs/laptop.pem',
        clientKey: '/home/jane/certs/laptop.key',
        tokenServer: 'https://auth.lab.example.net/token',
      },
    }),
    container({
      name: 'quay.io',
      url: 'quay.io',
      provider: 'quay',
      user: 'acme+deploy',
      hasToken: true,
      health: { state: 'failed', kind: 'credentials_refused' },
      seen: 1500,
      usedBy: ['podman'],
      container: { tokenPage: PAGES.quay ?? null },
    }),
    container({
      name: 'Artifacts',
      url: 'acme.jfrog.io/docker-local',
      provider: 'jfrog',
      user: 'jane',
      hasToken: true,
      health: open('open_not_checked', 240),
      seen: 2,
    }),
    container({
      name: 'Mirror',
      url: 'mirror.example.com:5000',
      tls: 'plain_http',
      health: open('anonymous', 9),
      seen: 2,
    }),
    container({
      name: 'Old build server',
      url: 'builds.example.com',
      user: '<token>',
      hasToken: true,
      tls: 'insecure',
      health: { state: 'unchecked' },
    }),
  ];
}

/** Which of `records` would serve an image, roughly as the shell finds out. */
export function answerWhich(image: string, records: readonly RegistryDetails[]): CredentialAnswer {
  const [first = '', ...rest] = image.trim().toLowerCase().split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = isHost ? first : 'docker.io';
  const path = isHost ? rest.join('/') : rest.length > 0 ? image : `library/${first}`;
  const full = `${host}/${path}`;
  const name = full.replace(/:[\w.-]+$/, '');
  const written = /:[\w.-]+$/.test(path) ? full : `${full}:latest`;
  const candidates = records
    .filter(({ row }) => row.kind === 'container')
    .flatMap(({ row }): Candidate[] => {
      const fit = fitOf(row.url, host, name);
      return fit ? [{ row, fit }] : [];
    })
    .sort((a, b) => b.row.url.length - a.row.url.length);
  const found = records.find(({ row }) => row.id === candidates[0]?.row.id);
  return { image: written, host, candidates, askedBy: found?.usedBy ?? [] };
}

function fitOf(address: string, host: string, repository: string): Fit | null {
  if (address === repository) return 'repository';
  if (address === host) return 'host';
  return repository.startsWith(`${address.replace(/\/\*$/, '')}/`) ? 'below' : null;
}
