/**
 * What stands in the form for a registry, and what the shell thinks of it while it is typed.
 * The token is only ever held here, and `forget` clears it.
 */
import type { DraftReview, Field, RegistryDetails, RegistryDraft, TokenChange } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { suggestName } from '../lib/address';
import { debounce } from '../lib/once';

/** How long typing must pause before the shell is asked, in milliseconds. */
const QUIET = 150;
/** The fields from top to bottom. */
const FIELDS: readonly Field[] = ['url', 'name', 'token', 'caFile'];

export class FormState {
  url = $state('');
  name = $state('');
  allowHttp = $state(false);
  tokenAction = $state<TokenChange['action']>('keep');
  token = $state('');
  caFile = $state<string | null>(null);
  trustedCertificate = $state<string | null>(null);

  /** The record that the form edits, as it was when it was read last. */
  original = $state.raw<RegistryDetails | null>(null);
  review = $state.raw<DraftReview | null>(null);
  /** The refusal of a save that named a field. */
  refusal = $state.raw<CommandFailure | null>(null);
  /** Fields whose errors may be shown: the person has been there, or has tried to save. */
  seen = $state.raw<readonly Field[]>([]);
  /** Grows with every change, so that a test can be told from what was changed after it. */
  version = $state(0);

  #nameTouched = false;
  #turn = 0;
  readonly #asking = debounce(() => void this.ask(), QUIET);

  readonly dirty = $derived.by(() => this.version > 0 && this.#differs());
  readonly plainHttp = $derived(this.review?.plainHttp ?? /^\s*http:\/\//i.test(this.url));

  /** Whether there would be a token if the form were saved now. */
  get hasToken(): boolean {
    if (this.tokenAction !== 'keep') return this.tokenAction === 'set';
    return this.original?.row.hasToken ?? false;
  }

  get id(): string | null {
    return this.original?.row.id ?? null;
  }

  /** Fills the form with a record, or empties it for a new one. */
  fill(original: RegistryDetails | null): void {
    this.original = original;
    this.url = original?.row.url ?? '';
    this.name = original?.row.name ?? '';
    this.allowHttp = original?.row.tls === 'plain_http';
    this.caFile = original?.caFile ?? null;
    this.trustedCertificate = original?.trustedCertificate ?? null;
    this.#nameTouched = original !== null;
    this.forget();
    this.seen = [];
    this.refusal = null;
    this.version = 0;
    if (original) void this.ask();
    else this.review = null;
  }

  /** Drops the token from memory. */
  forget(): void {
    this.token = '';
    this.tokenAction = 'keep';
  }

  /** Stops asking the shell. */
  stop(): void {
    this.#asking.stop();
    this.#turn += 1;
    this.forget();
  }

  #differs(): boolean {
    const row = this.original?.row;
    return (
      this.url !== (row?.url ?? '') ||
      this.name !== (row?.name ?? '') ||
      this.tokenAction !== 'keep' ||
      this.caFile !== (this.original?.caFile ?? null) ||
      this.trustedCertificate !== (this.original?.trustedCertificate ?? null) ||
      this.allowHttp !== (row?.tls === 'plain_http')
    );
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
    const replacing = this.original?.row.hasToken ?? false;
    this.tokenAction = token === '' && !replacing ? 'keep' : 'set';
    this.changed();
  }

  setTokenAction(action: TokenChange['action']): void {
    this.token = '';
    this.tokenAction = action;
    this.changed();
  }

  setCaFile(path: string | null): void {
    this.caFile = path;
    this.changed();
  }

  setTrusted(sha256: string | null): void {
    this.trustedCertificate = sha256;
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
      kind: this.original?.row.kind ?? 'devfile',
      name: this.name,
      url: this.url,
      allowHttp: this.plainHttp && this.allowHttp,
      token: this.#tokenChange(),
      caFile: this.caFile,
      trustedCertificate: this.trustedCertificate,
    };
  }

  #tokenChange(): TokenChange {
    if (this.tokenAction !== 'set') return { action: this.tokenAction };
    return { action: 'set', token: this.token };
  }

  /** Asks the shell what it thinks of the draft. The latest question wins. */
  async ask(): Promise<DraftReview | null> {
    this.#asking.stop();
    const turn = ++this.#turn;
    try {
      const review = await call('review_draft', { draft: this.draft(), id: this.id });
      if (turn === this.#turn) this.review = review;
      return review;
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
