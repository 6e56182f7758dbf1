/**
 * What stands in the form for a registry, and what the shell thinks of it while it is typed.
 * The token is only ever held here, and `forget` clears it.
 */
import type {
  DraftReview,
  Field,
  Kind,
  Provider,
  RegistryDetails,
  RegistryDraft,
  TokenChange,
} from '../bindings';
import { call, CommandFailure } from '../ipc';
import { suggestName } from '../lib/address';
import { debounce } from '../lib/once';
import { presets } from '../lib/providers';
import type { Connection } from '../messages/container';
import type { Way } from '../messages/cloud';
import { type CloudForm, ContainerFields } from './container.svelte';

/** How long typing must pause before the shell is asked, in milliseconds. */
const QUIET = 150;
/** The fields from top to bottom. */
const FIELDS: readonly Field[] = [
  'url',
  'name',
  'profile',
  'role',
  'externalId',
  'tenant',
  'user',
  'token',
  'expires',
  'caFile',
  'clientCertificate',
  'clientKey',
  'tokenServer',
];

/** What a new registry begins with. */
export interface Start {
  kind: Kind;
  provider: Provider | null;
}

const DEVFILE: Start = { kind: 'devfile', provider: null };

export class FormState {
  kind = $state<Kind>('devfile');
  url = $state('');
  name = $state('');
  allowHttp = $state(false);
  tokenAction = $state<TokenChange['action']>('keep');
  token = $state('');
  expires = $state('');
  caFile = $state<string | null>(null);
  trustedCertificate = $state<string | null>(null);
  readonly container = new ContainerFields();

  /** The record that the form edits, as it was when it was read last. */
  original = $state.raw<RegistryDetails | null>(null);
  /** Whether that record was deleted outside: its stored token went with it. */
  gone = $state(false);
  review = $state.raw<DraftReview | null>(null);
  /** The refusal of a save that named a field. */
  refusal = $state.raw<CommandFailure | null>(null);
  /** Fields whose errors may be shown: the person has been there, or has tried to save. */
  seen = $state.raw<readonly Field[]>([]);
  /** Grows with every change, so that a test can be told from what was changed after it. */
  version = $state(0);

  #nameTouched = false;
  #filled = '';
  #turn = 0;
  readonly #asking = debounce(() => void this.ask(), QUIET);

  readonly dirty = $derived.by(() => this.version > 0 && this.#snapshot() !== this.#filled);
  readonly isContainer = $derived(this.kind === 'container');
  /** Whether the address itself says that there is no encryption. */
  readonly plainHttp = $derived(this.review?.plainHttp ?? /^\s*http:\/\//i.test(this.url));
  /** Whether nothing of what is sent is encrypted. */
  readonly unencrypted = $derived(
    this.isContainer ? this.container.connection === 'http' : this.plainHttp,
  );
  /** Who provides a container registry: as chosen, else as the address says. */
  readonly provider = $derived(this.container.provider ?? this.review?.provider ?? 'generic');

  /** Whether a token is stored that can be kept. */
  get stored(): boolean {
    const { row, container } = this.original ?? {};
    // A secret is kept only for the way in which it was used.
    const same = (container?.cloud?.way ?? 'entered') === this.container.cloud.way;
    return !this.gone && same && (row?.hasToken ?? false);
  }

  /** Whether there would be a token if the form were saved now. */
  get hasToken(): boolean {
    return this.tokenAction === 'keep' ? this.stored : this.tokenAction === 'set';
  }

  /** The id of the record that a save would change; none once that is gone. */
  get id(): string | null {
    return this.gone ? null : (this.original?.row.id ?? null);
  }

  /** Fills the form with a record, or begins a new one. */
  fill(original: RegistryDetails | null, start: Start = DEVFILE): void {
    const preset = start.provider === 'generic' ? null : start.provider;
    this.original = original;
    this.gone = false;
    this.kind = original?.row.kind ?? start.kind;
    this.url = original?.row.url ?? (preset ? presets[preset].address : '');
    this.name = original?.row.name ?? '';
    this.allowHttp = original?.row.tls === 'plain_http';
    this.expires = original?.row.expires ?? '';
    this.caFile = original?.caFile ?? null;
    this.trustedCertificate = original?.trustedCertificate ?? null;
    this.container.fill(original, preset);
    // A container registry without a name is called by its address.
    this.#nameTouched = original !== null || this.isContainer;
    this.forget();
    this.seen = [];
    this.refusal = null;
    this.version = 0;
    this.#filled = this.#snapshot();
    if (original || this.url !== '') void this.ask();
    else this.review = null;
  }

  /** What stands in it has been saved: there is nothing left to lose. */
  done(): void {
    this.forget();
    this.#filled = this.#snapshot();
  }

  /** Drops the token from memory. */
  forget(): void {
    this.token = '';
    this.container.sessionToken = '';
    this.tokenAction = 'keep';
  }

  /** Stops asking the shell. */
  stop(): void {
    this.#asking.stop();
    this.#turn += 1;
    this.forget();
  }

  /** Everything but the token's own text, to tell whether anything differs. */
  #snapshot(): string {
    const { url, name, allowHttp, tokenAction, expires, caFile, trustedCertificate } = this;
    const { provider, connection } = this.container;
    const rest = { ...this.container.draft(null), provider, connection };
    const plain = { url, name, allowHttp, tokenAction, expires, caFile, trustedCertificate };
    return JSON.stringify({ ...plain, ...rest });
  }

  /** To be called after every change by the person. */
  changed(): void {
    this.version += 1;
    this.refusal = null;
    this.#asking.ask();
  }

  setUrl(url: string): void {
    this.url = url;
    if (!this.#nameTouched) this.name = suggestName(url);
    this.changed();
  }

  setName(name: string): void {
    this.name = name;
    this.#nameTouched = name !== '';
    this.changed();
  }

  setToken(token: string): void {
    this.token = token;
    this.tokenAction = token === '' && !this.stored ? 'keep' : 'set';
    this.changed();
  }

  setTokenAction(action: TokenChange['action']): void {
    this.token = '';
    this.tokenAction = action;
    this.changed();
  }

  setExpires(expires: string): void {
    this.expires = expires;
    this.changed();
  }

  setUser(user: string): void {
    this.container.user = user;
    this.changed();
  }

  chooseWay(way: Way): void {
    this.forget();
    this.container.chooseWay(way, this.provider);
    this.changed();
  }

  setCloud(change: Partial<CloudForm>): void {
    this.container.cloud = { ...this.container.cloud, ...change };
    this.changed();
  }

  setSessionToken(token: string): void {
    this.container.sessionToken = token;
    this.changed();
  }

  setProvider(provider: Provider | null): void {
    this.container.choose(provider, this.provider);
    if (this.url.trim() === '' && provider) this.url = presets[provider].address;
    this.changed();
  }

  /** What the address says about encryption must not contradict the choice: that part goes. */
  setConnection(connection: Connection): void {
    this.container.connection = connection;
    if (/^\s*https?:/i.test(this.url)) {
      this.url = this.review?.url ?? this.url.replace(/^\s*https?:\/*/i, '');
    }
    this.changed();
  }

  setCaFile(path: string | null): void {
    this.caFile = path;
    if (path !== null) this.container.connection = 'ca';
    this.changed();
  }

  setTrusted(sha256: string | null): void {
    this.trustedCertificate = sha256;
    if (sha256 !== null) this.container.connection = 'pinned';
    else if (this.container.connection === 'pinned') this.container.connection = 'verify';
    this.changed();
  }

  setClientFile(field: 'clientCertificate' | 'clientKey', path: string | null): void {
    this.container[field] = path;
    this.changed();
  }

  setTokenServer(realm: string | null): void {
    this.container.tokenServer = realm;
    this.changed();
  }

  /** The record was deleted outside: what is saved now is a new one, without the old token. */
  lose(): void {
    this.gone = true;
    if (this.tokenAction !== 'set') this.tokenAction = 'keep';
    this.changed();
  }

  setAllowHttp(allow: boolean): void {
    this.allowHttp = allow;
    this.changed();
  }

  /** The person has left a field: its errors may be shown from now on. */
  leave(field: Field): void {
    this.seen = [...this.seen, field];
  }

  showAllErrors(): void {
    this.seen = FIELDS;
  }

  draft(): RegistryDraft {
    return {
      kind: this.kind,
      name: this.name,
      url: this.url,
      allowHttp: this.isContainer ? this.unencrypted : this.plainHttp && this.allowHttp,
      token: this.#tokenChange(),
      expires: this.expires,
      caFile: this.#ofConnection('ca', this.caFile, this.original?.caFile),
      trustedCertificate: this.#ofConnection(
        'pinned',
        this.trustedCertificate,
        this.original?.trustedCertificate,
      ),
      container: this.isContainer ? this.container.draft(this.review?.provider ?? null) : null,
    };
  }

  /** A file or certificate counts with its connection; one that the record has besides is left alone. */
  #ofConnection(
    connection: Connection,
    value: string | null,
    before: string | null | undefined,
  ): string | null {
    const chosen = !this.isContainer || this.container.connection === connection;
    return chosen || (this.container.untouched && value === before) ? value : null;
  }

  #tokenChange(): TokenChange {
    if (this.tokenAction !== 'set') return { action: this.tokenAction };
    const { sessionToken } = this.container;
    const token = sessionToken === '' ? this.token : `${this.token}\n${sessionToken}`;
    return { action: 'set', token };
  }

  /** Asks the shell what it thinks of the draft. The latest question wins. */
  async ask(): Promise<DraftReview | null> {
    this.#asking.stop();
    const turn = ++this.#turn;
    try {
      const review = await call('review_draft', { draft: this.draft(), id: this.id });
      if (turn !== this.#turn) return review;
      this.review = review;
      const suggested = this.isContainer && this.container.follow(review.cloud, this.provider);
      return suggested ? await this.ask() : review;
    } catch {
      // The review is a courtesy: saving will say the same, with a refusal that is shown.
      return null;
    }
  }

  /** The error to show at a field. */
  errorOf(field: Field): string | null {
    if (this.refusal?.field === field) return this.refusal.message;
    if (!this.seen.includes(field)) return null;
    return this.review?.errors.find((remark) => remark.field === field)?.message ?? null;
  }

  /** What is worth knowing about a field. */
  warningOf(field: Field): string | null {
    return this.review?.warnings.find((remark) => remark.field === field)?.message ?? null;
  }

  /** The first field that must be mended before saving. */
  firstError(): Field | null {
    if (this.refusal?.field) return this.refusal.field;
    const wrong = this.review?.errors.map((remark) => remark.field) ?? [];
    return FIELDS.find((field) => wrong.includes(field)) ?? null;
  }
}
