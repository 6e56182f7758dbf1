/**
 * A shell that is only pretended: it answers every command from memory. For looking at screens
 * in a browser and for component tests; no part of the application.
 */
import { emit } from '@tauri-apps/api/event';
import { mockIPC } from '@tauri-apps/api/mocks';

import {
  EVENT,
  type ActivityRow,
  type AppEvent,
  type CatalogProblem,
  type CheckReport,
  type ClusterPage,
  type CommandError,
  type EntryProblem,
  type Kind,
  type KindCounts,
  type Health,
  type RegistryDetails,
  type RegistryDraft,
  type Settings,
  type Tls,
  type VaultStatus,
} from '../bindings';
import type { Commands } from '../bindings/commands';
import { NO_CLUSTER } from './cluster';
import { answerWhich } from './containers';
import {
  accessReport,
  activityRows,
  before,
  KEYCHAIN,
  passedReport,
  registry,
  SETTINGS,
} from './data';
import { PretendedHosting } from './hosting';
import { PretendedImages } from './images';
import { PretendedOdo } from './odo';
import { reviewDraft } from './review';
import { PretendedShare, type Shelf } from './share';
import { PretendedStacks } from './stacks';
import { PretendedTools } from './tools';
import { PretendedTransfers } from './transfers';

/** An answer for every command. */
export type Handlers = {
  [C in keyof Commands]: (request: Commands[C][0]) => Commands[C][1] | Promise<Commands[C][1]>;
};

const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

/** A command's refusal, to be thrown by a handler. */
export function refusal(error: Partial<CommandError>): CommandError {
  const nothing = { hint: null, retryable: false, field: null, raw: null };
  return { code: 'internal', message: 'It failed.', ...nothing, ...error };
}

function healthAfter(report: CheckReport): Health {
  const { failure, stacks, samples, access, answerMillis } = report;
  if (failure) return { state: 'failed', kind: failure.kind };
  return { state: 'ok', stacks, samples, access, millis: answerMillis ?? 0 };
}

const passedFor = (draft: RegistryDraft) =>
  draft.kind === 'container' ? accessReport('proved') : passedReport();

/** Whether the person has done what the failure asked for. */
function remedied(draft: RegistryDraft, { failure, certificate }: CheckReport): boolean {
  if (failure?.kind === 'realm_not_approved') return draft.container?.tokenServer === failure.realm;
  if (failure?.kind === 'plain_http_on_tls_port') return draft.allowHttp;
  return failure !== null && draft.trustedCertificate !== null && certificate !== null;
}

function tlsOf(draft: RegistryDraft): Tls {
  if (draft.url.startsWith('http:') || draft.allowHttp) return 'plain_http';
  if (draft.container?.insecure) return 'insecure';
  if (draft.trustedCertificate) return 'pinned';
  return draft.caFile ? 'own_ca' : 'verified';
}

export class Backend {
  readonly #cancelled = new Set<string>();
  records: RegistryDetails[];
  settings: Settings = { ...SETTINGS };
  #allCheckedAt: string | null = null;
  vault: VaultStatus = { ...KEYCHAIN };
  problem: CatalogProblem | null = null;
  entryProblems: EntryProblem[] = [];
  activity: ActivityRow[] = activityRows();
  tokens = new Map<string, string>();
  tools = new PretendedTools();
  odo = new PretendedOdo();
  stacks = new PretendedStacks();
  images = new PretendedImages();
  transfers = new PretendedTransfers();
  hosting = new PretendedHosting({
    emit: (event) => this.emit(event),
    stopped: (operation) => this.#cancelled.has(operation),
    refuse: refusal,
  });
  share = new PretendedShare();
  cluster: ClusterPage = NO_CLUSTER;
  /** What tests and checks find next. */
  report: CheckReport = passedReport();
  /** How long a step of a test takes, in milliseconds. */
  stepMillis = 0;
  /** Every command as it came. */
  calls: { command: keyof Commands; request: unknown }[] = [];
  /** Answers that replace the usual ones. */
  overrides: Partial<Handlers> = {};

  #revision = 1;
  #deleted: RegistryDetails | null = null;

  constructor(records: RegistryDetails[]) {
    this.records = records;
  }

  /** Takes the place of the shell. */
  install(): this {
    mockIPC(
      async (command, payload) => {
        const name = command as keyof Commands;
        const { request } = payload as { request: never };
        this.calls.push({ command: name, request });
        const handler = this.overrides[name] ?? this.#handlers[name];
        return handler(request);
      },
      { shouldMockEvents: true },
    );
    return this;
  }

  async emit(event: AppEvent): Promise<void> {
    await emit(EVENT, event);
  }

  /** The requests of one command, in order. */
  requests<C extends keyof Commands>(command: C): Commands[C][0][] {
    return this.calls
      .filter((made) => made.command === command)
      .map((made) => made.request as Commands[C][0]);
  }

  #kinds(): KindCounts {
    const count = (kind: Kind) => this.records.filter(({ row }) => row.kind === kind).length;
    return { devfile: count('devfile'), container: count('container'), source: count('source') };
  }

  find(id: string): RegistryDetails {
    const found = this.records.find(({ row }) => row.id === id);
    if (!found) throw refusal({ code: 'not_found', message: 'This registry is no longer there.' });
    return found;
  }

  /** Changes a record as another program would. */
  async changeOutside(id: string, change: Partial<RegistryDetails['row']>): Promise<void> {
    const record = this.find(id);
    this.#replace({
      ...record,
      row: { ...record.row, ...change },
      updated: new Date().toISOString(),
      base: crypto.randomUUID(),
    });
    await this.#changed(true);
  }

  /** The catalog, for what changes it elsewhere. */
  #shelf(): Shelf {
    const records = () => this.records;
    const set = (value: RegistryDetails[]) => (this.records = value);
    return {
      get records() {
        return records();
      },
      set records(value) {
        set(value);
      },
      changed: () => this.#changed(),
    };
  }

  #replace(record: RegistryDetails): void {
    this.records = this.records.map((old) => (old.row.id === record.row.id ? record : old));
  }

  async #changed(outside = false): Promise<void> {
    this.#revision += 1;
    await this.emit({ type: 'registries_changed', revision: String(this.#revision), outside });
  }

  async #setVault(change: Partial<VaultStatus>): Promise<VaultStatus> {
    this.vault = { ...this.vault, ...change };
    await this.emit({ type: 'vault_changed', status: this.vault });
    return this.vault;
  }

  async #save(base: RegistryDetails, draft: RegistryDraft, tested: boolean) {
    const { token } = draft;
    if (token.action === 'set') this.tokens.set(base.row.id, token.token);
    const hasToken = token.action === 'keep' ? base.row.hasToken : token.action === 'set';
    const health = tested ? healthAfter(this.report) : ({ state: 'unchecked' } as const);
    const review = reviewDraft(draft, null, []);
    const { container } = draft;
    const url = review.url ?? draft.url;
    const record: RegistryDetails = {
      ...base,
      row: {
        ...base.row,
        name: draft.name.trim() || url,
        url,
        hasToken,
        cloud: container?.cloud?.way ?? null,
        tls: tlsOf(draft),
        health,
        user: container?.user.trim() || null,
        provider: container ? (container.provider ?? review.provider ?? 'generic') : null,
        expires: draft.expires.trim() || null,
      },
      updated: new Date().toISOString(),
      base: crypto.randomUUID(),
      caFile: draft.caFile,
      trustedCertificate: draft.trustedCertificate,
      container: container && {
        chosenProvider: container.provider,
        clientCertificate: container.clientCertificate,
        clientKey: container.clientKey,
        tokenServer: container.tokenServer,
        cloud: container.cloud,
        tokenUntil: null,
        addedBy: base.container?.addedBy ?? null,
        tokenPage: review.tokenPage,
      },
      lastCheck: tested ? this.report : null,
    };
    this.#replace(record);
    await this.#changed();
    return record;
  }

  async #checkOne(id: string): Promise<boolean> {
    const record = this.find(id);
    const checking = { ...record.row, health: { state: 'checking' } as const };
    await this.emit({ type: 'rows_changed', rows: [checking] });
    await pause(this.stepMillis * 3);
    const report = record.lastCheck ?? this.report;
    const health = healthAfter(report);
    const now = new Date().toISOString();
    const row = { ...record.row, health, lastSeen: report.failure ? record.row.lastSeen : now };
    this.#replace({ ...record, row, lastCheck: { ...report, checkedAt: now } });
    await this.emit({ type: 'rows_changed', rows: [row] });
    return !report.failure;
  }

  readonly #handlers: Handlers = {
    ...this.hosting.handlers,
    ...this.hosting.storage.handlers,
    ...this.hosting.network.handlers,
    start: () => ({
      version: '0.1.0',
      configDir: '/home/jane/.config/registrar',
      dataDir: '/home/jane/.local/share/registrar',
      settings: this.settings,
    }),
    environment: () => ({ systemProxy: 'http://proxy.example.com:3128', recovered: [] }),
    cancel_operation: ({ operation }) => {
      this.#cancelled.add(operation);
      return {};
    },
    list_registries: ({ offset, limit }) => ({
      revision: String(this.#revision),
      total: this.records.length,
      kinds: this.#kinds(),
      allCheckedAt: this.#allCheckedAt,
      rows: this.records
        .slice(offset, limit === null ? undefined : offset + limit)
        .map((r) => r.row),
      problem: this.problem,
      entryProblems: this.entryProblems,
    }),
    get_registry: ({ id }) => this.odo.details(this.find(id)),
    review_draft: ({ draft, id }) => reviewDraft(draft, id, this.records),
    choose_file: ({ purpose }) => ({
      path: {
        ca_file: '/home/jane/certs/lab-root.pem',
        client_certificate: '/home/jane/certs/laptop.pem',
        client_key: '/home/jane/certs/laptop.key',
        registries: '/home/jane/theirs.toml',
        backup: '/home/jane/registrar-backup.tar',
        server_certificate: '/home/jane/certs/box.pem',
        server_key: '/home/jane/certs/box.key',
      }[purpose],
    }),
    which_credential: ({ image }) => answerWhich(image, this.records),
    open_token_page: () => ({}),
    test_registry: async ({ operation, draft }) => {
      const last = draft.kind === 'container' ? 'credentials' : 'index';
      for (const step of ['resolve', 'connect', 'tls', 'answer', last] as const) {
        await this.emit({ type: 'test_step', operation, step });
        await pause(this.stepMillis);
        if (this.#cancelled.has(operation)) {
          throw refusal({ code: 'cancelled', message: 'The test was cancelled.' });
        }
      }
      if (remedied(draft, this.report)) this.report = passedFor(draft);
      return { test: `test-${operation}`, report: this.report };
    },
    check_registries: async ({ ids, operation }) => {
      const all = ids ?? this.records.map(({ row }) => row.id);
      let failed = 0;
      for (const [index, id] of all.entries()) {
        if (this.#cancelled.has(operation)) {
          return { passed: index - failed, failed, cancelled: true };
        }
        if (!(await this.#checkOne(id))) failed += 1;
        const progress = { done: index + 1, failed, total: all.length };
        await this.emit({ type: 'check_progress', operation, ...progress });
      }
      if (ids === null) this.#allCheckedAt = new Date().toISOString();
      return { passed: all.length - failed, failed, cancelled: false };
    },
    add_registry: async ({ draft, test }) => {
      const record = registry({ name: draft.name, url: draft.url, kind: draft.kind });
      this.records = [...this.records, record];
      return this.#save(record, draft, test !== null);
    },
    update_registry: async ({ id, base, draft, test }) => {
      const record = this.find(id);
      if (record.base !== base) {
        throw refusal({ code: 'changed_elsewhere', message: 'It was changed outside.' });
      }
      return this.#save(record, draft, test !== null);
    },
    delete_registry: async ({ id }) => {
      this.#deleted = this.find(id);
      this.records = this.records.filter(({ row }) => row.id !== id);
      await this.#changed();
      return {
        name: this.#deleted.row.name,
        undoUntil: new Date(Date.now() + 10_000).toISOString(),
      };
    },
    undo_delete: async () => {
      if (!this.#deleted) throw refusal({ code: 'not_found', message: 'It is too late to undo.' });
      this.records = [...this.records, this.#deleted];
      await this.#changed();
      return this.#deleted;
    },
    restore_backup: async () => {
      this.problem = null;
      await this.#changed();
      return {};
    },
    reveal_token: ({ id }) => ({ token: this.tokens.get(id) ?? 'dfr_s3cr3t-4f6e', base64: false }),
    copy_token: () => ({ clearsAfterSeconds: 45 }),
    vault_status: () => this.vault,
    unlock_vault: ({ passphrase }) => {
      if (passphrase !== 'correct horse') {
        throw refusal({ code: 'wrong_passphrase', message: 'This is not the vault’s passphrase.' });
      }
      return this.#setVault({ state: 'ready', reason: null, hint: null, raw: null });
    },
    lock_vault: () => this.#setVault({ state: 'locked' }),
    create_vault: () =>
      this.#setVault({
        kind: 'passphrase',
        name: 'Passphrase vault',
        state: 'ready',
        reason: null,
        hint: null,
        raw: null,
        hasPassphraseVault: true,
      }),
    change_passphrase: () => this.vault,
    use_keychain: () => this.#setVault(KEYCHAIN),
    discard_vault: () => this.#setVault({ ...KEYCHAIN, tokens: 0 }),
    list_tools: () => this.tools.page(),
    plan_tools: (change) => this.tools.plan(change),
    apply_plan: ({ plan }) => this.tools.apply(plan),
    search_import: () => this.tools.findings,
    import_credentials: ({ keys, operation }) =>
      this.tools.import(
        keys,
        operation,
        (event) => this.emit(event),
        () => this.#cancelled.has(operation),
      ),
    odo_page: () => this.odo.page(this.records),
    plan_odo: (change) => this.odo.plan(change, this.records),
    apply_odo: ({ plan }) => this.odo.apply(plan, this.records),
    import_odo: async ({ names }) => {
      const imported = this.odo.import(names, (name, url) => {
        const record = registry({ name, url });
        this.records = [...this.records, record];
        return record.row.id;
      });
      await this.#changed();
      return imported;
    },
    ...this.images.handlers(
      (event) => this.emit(event),
      (operation) => this.#cancelled.has(operation),
    ),
    ...this.transfers.handlers((event) => this.emit(event)),
    ...this.stacks.handlers(
      (event) => this.emit(event),
      (operation) => this.#cancelled.has(operation),
    ),
    read_cluster: () => {
      this.stacks.takeCluster();
      return this.cluster;
    },
    copy_from_cluster: async ({ id }) => {
      const found = this.cluster.registries.find((one) => one.id === id);
      if (!found) throw refusal({ code: 'not_found', message: 'The cluster does not name it.' });
      const record = registry({ name: found.name, url: found.url });
      this.records = [...this.records, record];
      await this.#changed();
      return record;
    },
    ...this.share.handlers(this.#shelf()),
    list_activity: ({ search, offset, limit }) => {
      const words = search.toLowerCase().split(/\s+/);
      const rows = this.activity.filter((row) =>
        words.every((word) => JSON.stringify(row).toLowerCase().includes(word)),
      );
      return { total: rows.length, rows: rows.slice(offset, offset + limit) };
    },
    export_activity: ({ format }) => ({ path: `/home/jane/activity.${format}`, rows: 248 }),
    save_settings: async (settings) => {
      this.settings = settings;
      await this.emit({ type: 'settings_changed', settings });
      return settings;
    },
  };
}

export { before };
