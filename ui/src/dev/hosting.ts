/** A host of source registries that is only pretended: registries, packages and tokens in memory. */
import type {
  AppEvent,
  ApiToken,
  CommandError,
  Ecosystem,
  HostingStatus,
  ImageFacts,
  Instructions,
  InstructionsFor,
  OfferedFile,
  OpenPackageImage,
  PackageDetails,
  PackageRow,
  PublishedFile,
  PublishOutcome,
  Snippet,
  SourceDetails,
  SourceReview,
  VerifyReport,
} from '../bindings';
import type { Commands } from '../bindings/commands';
import type { Handlers } from './backend';
import {
  HOST,
  LOOKS,
  registryToken,
  RUNNING,
  source,
  stored,
  version,
  type Kept,
  type Stored,
} from './hosting-data';
import { IMAGE, MANIFEST } from './images-data';
import { PretendedNetwork } from './network';
import { PretendedStorage } from './storage';

type HostingCommand = Extract<
  keyof Commands,
  | 'hosting_status'
  | 'list_sources'
  | 'get_source'
  | 'review_source'
  | 'list_packages'
  | 'get_package'
  | 'open_package_image'
  | 'package_manifest'
  | 'instructions'
  | 'list_api_tokens'
  | 'verify_storage'
  | 'restart_hosting'
  | 'create_source'
  | 'update_source'
  | 'set_source_visibility'
  | 'delete_source'
  | 'collect_garbage'
  | 'choose_packages'
  | 'publish_files'
  | 'download_file'
  | 'withdraw_version'
  | 'copy_package'
  | 'delete_package'
  | 'create_registry_token'
  | 'update_registry_token'
  | 'delete_registry_token'
  | 'copy_registry_token'
  | 'copy_snippet'
  | 'delete_api_token'
  | 'reveal_registry_token'
  | 'create_api_token'
>;

/** What the host needs of the pretended shell. */
export interface Shell {
  emit: (event: AppEvent) => Promise<void>;
  stopped: (operation: string) => boolean;
  refuse: (error: Partial<CommandError>) => CommandError;
}

const MASK = 'bkpt_••••••••';
const now = () => new Date().toISOString();
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));
const sum = <T>(list: readonly T[], of: (item: T) => number) =>
  list.reduce((total, item) => total + of(item), 0);

const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

/** The version that a client installs when it is not told another. */
function chosen({ versions }: Stored): PackageDetails | undefined {
  const sound = versions.filter(
    ({ version: { prerelease, withdrawn } }) => !prerelease && withdrawn === null,
  );
  return sound[0] ?? versions[0];
}

export class PretendedHosting {
  status: HostingStatus = { ...RUNNING };
  kept: Kept[] = [];
  apiTokens: ApiToken[] = [];
  /** What the dialog for packages gives next. */
  choice: OfferedFile[] = [];
  /** What becomes of a file by its name, else it is published. */
  outcomes: Record<string, PublishOutcome> = {};
  /** The digest of an image that its index lists and somebody has deleted. */
  lost: string | null = null;
  /** How long a tenth of a file takes, in milliseconds. */
  stepMillis = 0;
  report: VerifyReport = {
    checked: 0,
    bytes: 0,
    problems: [],
    repairs: [],
    unreferenced: 0,
    cancelled: false,
  };

  readonly network: PretendedNetwork;
  readonly storage: PretendedStorage;
  #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.network = new PretendedNetwork(this, shell);
    this.storage = new PretendedStorage(this, shell);
  }

  find(id: string): Kept {
    const found = this.kept.find(({ details }) => details.row.id === id);
    if (found) return found;
    throw this.#shell.refuse({
      code: 'not_found',
      message: 'This registry is no longer there.',
      hint: 'Go back to the list.',
    });
  }

  #package(id: string, name: string): Stored {
    const found = this.find(id).packages.find((candidate) => candidate.name === name);
    if (found) return found;
    throw this.#shell.refuse({
      code: 'not_found',
      message: `There is no package “${name}” any more.`,
    });
  }

  #version(id: string, name: string, wanted: string | null): PackageDetails {
    const kept = this.#package(id, name);
    const found =
      wanted === null
        ? chosen(kept)
        : kept.versions.find(({ version: row }) => row.version === wanted);
    if (found) return found;
    throw this.#shell.refuse({
      code: 'not_found',
      message: `There is no version ${wanted ?? ''} of “${name}” any more.`,
    });
  }

  /** A registry with the figures that its packages make. */
  details(id: string): SourceDetails {
    const { details, packages } = this.find(id);
    const versions = packages.flatMap((kept) => kept.versions);
    const pushed = versions.map(({ version: row }) => row.pushedAt).toSorted();
    return {
      ...details,
      versions: versions.length,
      files: sum(versions, ({ files }) => files.length),
      row: {
        ...details.row,
        packages: packages.length,
        size: sum(versions, ({ version: row }) => row.size),
        downloads: sum(versions, ({ version: row }) => row.downloads),
        lastPushed: pushed.at(-1) ?? null,
      },
    };
  }

  row(kept: Stored): PackageRow {
    const newest = chosen(kept);
    return {
      name: kept.name,
      version: newest?.version.version ?? '',
      versions: kept.versions.length,
      size: sum(kept.versions, ({ version: row }) => row.size),
      pushedAt:
        kept.versions
          .map(({ version: row }) => row.pushedAt)
          .toSorted()
          .at(-1) ?? '',
      downloads: sum(kept.versions, ({ version: row }) => row.downloads),
    };
  }

  packageDetails(id: string, name: string, wanted: string | null): PackageDetails {
    const { versions } = this.#package(id, name);
    const own = versions.filter((kept) => kept.subject === null && kept.partOf === null);
    return {
      ...this.#version(id, name, wanted),
      versions: own.map((kept) => kept.version),
      versionCount: own.length,
    };
  }

  /** An index of several images; whatever else a version is has one platform. */
  image({ source: id, name, version: wanted, platform }: OpenPackageImage): ImageFacts {
    const digest = this.#version(id, name, wanted).version.version;
    const referrers = IMAGE.referrers.filter(({ source: place }) => place === 'index');
    const own = { ...IMAGE, digest, referrers: [], commands: [], secret: null };
    if (digest !== IMAGE.digest) return { ...own, platforms: [], imageDigest: digest };
    const imageDigest = platform ?? IMAGE.imageDigest;
    if (imageDigest === this.lost) return { ...own, imageDigest: digest, layers: [], config: null };
    return { ...own, imageDigest, referrers: imageDigest === IMAGE.imageDigest ? referrers : [] };
  }

  changed(id: string): Promise<void> {
    return this.#shell.emit({ type: 'source_changed', id });
  }

  #change(id: string, change: Partial<SourceDetails>): void {
    this.kept = this.kept.map((kept) =>
      kept.details.row.id === id ? { ...kept, details: { ...kept.details, ...change } } : kept,
    );
  }

  async #update(id: string, change: Partial<SourceDetails>): Promise<SourceDetails> {
    this.#change(id, change);
    await this.changed(id);
    return this.details(id);
  }

  #packages(id: string, packages: Stored[]): void {
    this.kept = this.kept.map((kept) =>
      kept.details.row.id === id ? { ...kept, packages } : kept,
    );
  }

  review(name: string, id: string | null): SourceReview {
    const slug = slugOf(name);
    const taken = this.kept.find(({ details: { row } }) => row.slug === slug && row.id !== id);
    const problem =
      name.trim() === ''
        ? 'The name is empty.'
        : slug === ''
          ? 'The name has no letter or digit that an address can be made of.'
          : taken
            ? `There is already a registry called “${taken.details.row.name}”.`
            : null;
    return { slug, url: `${HOST}/local/${slug}`, problem, defaults: LOOKS };
  }

  instructions({ source: id, purpose, package: name, version: number, reach }: InstructionsFor) {
    const { row, url: local } = this.details(id);
    const door = this.status.network;
    const where = door.state === 'on' ? (reach ?? 'network') : null;
    const url = door.state === 'on' && where === 'network' ? local.replace(HOST, door.url) : local;
    const snippets = snippetsFor(row.ecosystem, {
      url,
      slug: row.slug,
      name: name ?? PLACEHOLDERS[row.ecosystem],
      version: number ?? '1.0.0',
      publish: purpose === 'publish',
      secret: purpose === 'publish' || !row.public,
    });
    return { snippets, tokenSeconds: 300, reach: where } satisfies Instructions;
  }

  /** Publishes one file after the other, as long as nobody stops it. */
  async publish(id: string, offers: readonly string[], operation: string) {
    const files: PublishedFile[] = [];
    for (const offer of offers) {
      const file = this.choice.find((known) => known.offer === offer);
      const { name, size } = file ?? { name: offer, size: 0 };
      let result = this.outcomes[name] ?? published(this.details(id).row.ecosystem, name);
      for (let tenth = 0; tenth <= 10; tenth += 1) {
        if (this.#shell.stopped(operation)) result = { outcome: 'cancelled' };
        if (result.outcome === 'cancelled') break;
        const done = Math.round((size * tenth) / 10);
        await this.#shell.emit({ type: 'publish_progress', operation, offer, done, total: size });
        await pause(this.stepMillis);
      }
      if (result.outcome === 'published') this.#take(id, result, size);
      files.push({ offer, name, result });
    }
    await this.changed(id);
    return { files };
  }

  #take(id: string, result: PublishOutcome & { outcome: 'published' }, size: number): void {
    const { details, packages } = this.find(id);
    const fresh = stored(details.row.ecosystem, result.package, [version(result.version, 0, size)]);
    const known = packages.find(({ name }) => name === result.package);
    const versions = [...fresh.versions, ...(known?.versions ?? [])];
    const rest = packages.filter((kept) => kept !== known);
    this.#packages(id, [{ name: result.package, versions }, ...rest]);
  }

  readonly handlers: Pick<Handlers, HostingCommand> = {
    hosting_status: () => this.status,
    restart_hosting: async () => {
      this.status = { ...this.status, server: { state: 'running' } };
      await this.#shell.emit({ type: 'hosting_changed', status: this.status });
      return this.status;
    },
    list_sources: () => ({
      rows: this.kept
        .map(({ details }) => this.details(details.row.id).row)
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    }),
    get_source: ({ id }) => this.details(id),
    review_source: ({ name, id }) => this.review(name, id),
    create_source: async ({ name, description, ecosystem, emoji, color }) => {
      const { problem } = this.review(name, null);
      if (problem) {
        const code = problem.startsWith('There is already') ? 'name_taken' : 'invalid';
        throw this.#shell.refuse({ code, message: problem, field: 'name' });
      }
      const details = source(name.trim(), ecosystem, {
        description,
        ...(emoji === null ? {} : { emoji }),
        ...(color === null ? {} : { color }),
      });
      const fresh = { ...details, createdAt: now(), updatedAt: now() };
      this.kept = [...this.kept, { details: fresh, packages: [] }];
      await this.changed(details.row.id);
      return this.details(details.row.id);
    },
    update_source: ({ id, ...change }) => {
      const { row } = this.find(id).details;
      const slug = slugOf(change.name);
      return this.#update(id, {
        row: { ...row, ...change, slug },
        url: `${HOST}/local/${slug}`,
        updatedAt: now(),
      });
    },
    set_source_visibility: ({ id, public: open }) =>
      this.#update(id, { row: { ...this.find(id).details.row, public: open } }),
    delete_source: async ({ id, name }) => {
      if (this.find(id).details.row.name !== name) {
        throw this.#shell.refuse({ code: 'invalid', message: 'This is not its name.' });
      }
      this.kept = this.kept.filter(({ details }) => details.row.id !== id);
      await this.changed(id);
      return {};
    },
    list_packages: ({ source: id, search, sort, offset, limit }) => {
      const wanted = search.trim().toLowerCase();
      const rows = this.find(id)
        .packages.filter(({ name }) => name.toLowerCase().includes(wanted))
        .map((kept) => this.row(kept))
        .toSorted(ORDERS[sort]);
      return { total: rows.length, rows: rows.slice(offset, offset + limit) };
    },
    get_package: ({ source: id, name, version: wanted }) => this.packageDetails(id, name, wanted),
    open_package_image: (wanted) => this.image(wanted),
    package_manifest: ({ version: wanted }) => ({ ...MANIFEST, digest: wanted }),
    instructions: (wanted) => this.instructions(wanted),
    copy_snippet: () => ({ clearsAfterSeconds: 45 }),
    choose_packages: () => ({ files: this.choice }),
    publish_files: ({ source: id, offers, operation }) => this.publish(id, offers, operation),
    download_file: async ({ source: id, file, operation }) => {
      const versions = this.find(id).packages.flatMap((kept) => kept.versions);
      const found = versions.flatMap(({ files }) => files).find((known) => known.id === file);
      const total = found?.size ?? 0;
      for (let tenth = 0; tenth <= 10; tenth += 1) {
        if (this.#shell.stopped(operation)) {
          throw this.#shell.refuse({ code: 'cancelled', message: 'It was cancelled.' });
        }
        const done = Math.round((total * tenth) / 10);
        await this.#shell.emit({ type: 'bytes_progress', operation, done, total });
        await pause(this.stepMillis);
      }
      return { path: `/home/jane/Downloads/${found?.name ?? 'file'}` };
    },
    withdraw_version: async ({ source: id, name, version: wanted, reason }) => {
      const found = this.#version(id, name, wanted);
      found.version = { ...found.version, withdrawn: reason };
      await this.changed(id);
      return this.packageDetails(id, name, wanted);
    },
    copy_package: async ({ source: id, name, version: wanted, to }) => {
      const found = this.#version(id, name, wanted);
      const target = this.find(to);
      const known = target.packages.find((kept) => kept.name === name);
      if (known?.versions.some(({ version: row }) => row.version === wanted)) {
        throw this.#shell.refuse({
          code: 'invalid',
          message: `“${target.details.row.name}” already has ${name} ${wanted}.`,
          hint: 'A published version is never overwritten. Delete it there first, or copy another.',
        });
      }
      const copy = { ...found, version: { ...found.version, downloads: 0 } };
      const rest = target.packages.filter((kept) => kept !== known);
      this.#packages(to, [{ name, versions: [copy, ...(known?.versions ?? [])] }, ...rest]);
      await this.changed(to);
      return {};
    },
    delete_package: async ({ source: id, name, version: wanted }) => {
      const kept = this.#package(id, name);
      const gone = ({ version: row, subject }: PackageDetails) =>
        wanted === null || row.version === wanted || subject?.version === wanted;
      const versions = kept.versions.filter((one) => !gone(one));
      const rest = this.find(id).packages.filter((other) => other !== kept);
      this.#packages(id, versions.length > 0 ? [{ name, versions }, ...rest] : rest);
      await this.changed(id);
      return {};
    },
    create_registry_token: ({ source: id, description }) =>
      this.#update(id, {
        tokens: [...this.find(id).details.tokens, registryToken(description, null)],
      }),
    update_registry_token: ({ source: id, token, description }) =>
      this.#update(id, {
        tokens: this.find(id).details.tokens.map((known) =>
          known.id === token ? { ...known, description } : known,
        ),
      }),
    delete_registry_token: ({ source: id, token }) =>
      this.#update(id, {
        tokens: this.find(id).details.tokens.filter((known) => known.id !== token),
      }),
    copy_registry_token: () => ({ clearsAfterSeconds: 45 }),
    reveal_registry_token: () => ({
      token: 'bkpt_8vK2mQd41sZrXw7uTnB5yLcJ0eHpGf36',
      base64: false,
    }),
    list_api_tokens: () => ({ tokens: this.apiTokens }),
    create_api_token: ({ description, scopes, expiresInDays }) => {
      const token = `bkua_${crypto.randomUUID().replaceAll('-', '')}`;
      const row: ApiToken = {
        id: crypto.randomUUID(),
        description,
        ending: token.slice(-4),
        scopes,
        createdAt: now(),
        expiresAt:
          expiresInDays === null
            ? null
            : new Date(Date.now() + expiresInDays * 86_400_000).toISOString(),
        lastUsedAt: null,
        lastUsedFrom: null,
      };
      this.apiTokens = [row, ...this.apiTokens];
      return { row, token };
    },
    delete_api_token: ({ id }) => {
      this.apiTokens = this.apiTokens.filter((token) => token.id !== id);
      return { tokens: this.apiTokens };
    },
    verify_storage: async ({ operation }) => {
      const total = this.status.usedBytes;
      for (let tenth = 0; tenth <= 10; tenth += 1) {
        if (this.#shell.stopped(operation)) return { ...this.report, cancelled: true };
        const done = Math.round((total * tenth) / 10);
        await this.#shell.emit({ type: 'bytes_progress', operation, done, total });
        await pause(this.stepMillis);
      }
      return { ...this.report, checked: this.report.checked || 31, bytes: total };
    },
    collect_garbage: () => ({ removed: this.report.unreferenced, bytes: 1_048_576 }),
  };
}

const ORDERS: Record<string, (a: PackageRow, b: PackageRow) => number> = {
  pushed: (a, b) => b.pushedAt.localeCompare(a.pushedAt),
  name: (a, b) => a.name.localeCompare(b.name),
  downloads: (a, b) => b.downloads - a.downloads,
  size: (a, b) => b.size - a.size,
};

/** What a file of that name would be published as. */
function published(ecosystem: Ecosystem, file: string): PublishOutcome {
  const parts = /^(.+?)-(\d+\.\d+\.\d+[^-]*?)(?:-py3-none-any\.whl|\.tar\.gz|\.[a-z0-9]+)$/.exec(
    file,
  );
  const name = parts?.[1] ?? file;
  return {
    outcome: 'published',
    package: ecosystem === 'python' ? name.replaceAll('_', '-') : name,
    version: parts?.[2] ?? '1.0.0',
  };
}

const PLACEHOLDERS: Record<Ecosystem, string> = {
  files: 'tool',
  javascript: 'my-package',
  python: 'my-package',
  container: 'my-image',
  helm_oci: 'my-chart',
};

interface About {
  url: string;
  slug: string;
  name: string;
  version: string;
  publish: boolean;
  secret: boolean;
}

function snippetsFor(ecosystem: Ecosystem, about: About): Snippet[] {
  const all = (about.publish ? PUBLISH : INSTALL)[ecosystem](about);
  return all.map((snippet) => ({ ...snippet, needsToken: snippet.text.includes(MASK) }));
}

type Text = Omit<Snippet, 'needsToken'>;
const text = (client: string, title: string, body: string, file: string | null = null): Text => ({
  id: `${client}-${title}`.toLowerCase().replaceAll(/[^a-z]+/g, '-'),
  client,
  title,
  file,
  text: body,
});

function npmConfig(url: string): string {
  return `npm config set --location=project \\\n  ${url.replace('http:', '')}/npm/:_authToken \\\n  ${MASK}`;
}

const bare = (url: string) => url.replace('http://', '');

const login = (command: string, url: string) =>
  text(
    command.split(' ')[0] ?? command,
    'Sign in',
    `echo ${MASK} | ${command} login ${bare(url).split('/')[0] ?? ''} --username buildkite --password-stdin`,
  );

const INSTALL: Record<Ecosystem, (about: About) => Text[]> = {
  files: ({ url, name, version: number, secret }) => {
    const file = `${name}-${number}.tar.gz`;
    const header = secret ? `  -H "Authorization: Bearer ${MASK}" \\\n` : '';
    return [text('curl', 'Download', `curl -fLO \\\n${header}  ${url}/files/${file}`)];
  },
  javascript: ({ url, name, version: number, secret }) => {
    const once = (client: string) =>
      secret ? [text(client, 'Once, in the project’s folder', npmConfig(url))] : [];
    const at = `${name}@${number}`;
    return [
      ...once('npm'),
      text('npm', 'Install', `npm install ${at} \\\n  --registry ${url}/npm/`),
      ...once('pnpm'),
      text('pnpm', 'Install', `pnpm add ${at} \\\n  --registry ${url}/npm/`),
      text(
        'Yarn',
        'Once, in the project’s folder',
        `npmRegistryServer: "${url}/npm/"${secret ? `\nnpmAuthToken: "${MASK}"` : ''}`,
        '.yarnrc.yml',
      ),
      text('Yarn', 'Install', `yarn add ${at}`),
    ];
  },
  python: ({ url, name, version: number, secret }) => {
    const user = secret ? `buildkite:${MASK}@` : '';
    const index = `${url.replace('://', `://${user}`)}/pypi/simple`;
    return [
      text('pip', 'Install', `pip install ${name}==${number} \\\n  --extra-index-url ${index}`),
      text('uv', 'Install', `uv pip install ${name}==${number} \\\n  --extra-index-url ${index}`),
    ];
  },
  container: ({ url, name, version: number, secret }) => [
    ...(secret ? [login('docker', url)] : []),
    text('docker', 'Pull the image', `docker pull ${bare(url)}/${name}@${number}`),
    text(
      'podman',
      'Pull the image',
      `podman pull --tls-verify=false ${bare(url)}/${name}@${number}`,
    ),
  ],
  helm_oci: ({ url, name, secret }) => [
    ...(secret ? [login('helm registry', url)] : []),
    text(
      'helm',
      'Install the chart',
      `helm install ${name} oci://${bare(url)}/${name} --plain-http`,
    ),
  ],
};

const upload = (slug: string, file: string) =>
  text(
    'curl',
    'Publish a file',
    `curl -X POST ${HOST}/api/v2/packages/organizations/local/registries/${slug}/packages \\\n  -H "Authorization: Bearer ${MASK}" \\\n  -F "file=@${file}"`,
  );

const PUBLISH: Record<Ecosystem, (about: About) => Text[]> = {
  files: ({ slug }) => [upload(slug, 'tool-1.0.0.tar.gz')],
  javascript: ({ url, slug }) => [
    text('npm', 'Once, in the package’s folder', npmConfig(url)),
    text('npm', 'Publish', `npm publish --registry ${url}/npm/`),
    upload(slug, 'my-package-1.0.0.tgz'),
  ],
  python: ({ url, slug }) => [
    text(
      'twine',
      'Publish',
      `twine upload dist/* \\\n  --repository-url ${url}/pypi/legacy \\\n  -u buildkite -p ${MASK}`,
    ),
    text('uv', 'Publish', `uv publish --publish-url ${url}/pypi/legacy \\\n  --token ${MASK}`),
    upload(slug, 'my_package-1.0.0-py3-none-any.whl'),
  ],
  container: ({ url }) => [
    login('docker', url),
    text(
      'docker',
      'Push an image',
      `docker tag my-image:latest ${bare(url)}/my-image:latest\ndocker push ${bare(url)}/my-image:latest`,
    ),
  ],
  helm_oci: ({ url }) => [
    login('helm registry', url),
    text('helm', 'Push a chart', `helm push my-chart-1.0.0.tgz oci://${bare(url)} --plain-http`),
  ],
};
