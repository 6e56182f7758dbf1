/** The dialogs that start a transfer: what is chosen, and what it would meet. */
import type {
  ImageForm,
  ImageRef,
  MovableImage,
  MovablePage,
  NewTransfer,
  TargetState,
  TransferPlace,
} from '../bindings';
import { call, CommandFailure } from '../ipc';
import { operationId } from '../lib/once';
import { m } from '../messages';
import { imageRegistries } from './image-registries.svelte';
import { Reading } from './reading.svelte';
import { toasts } from './toasts.svelte';
import { showAction } from './transfers.svelte';
import { vault } from './vault.svelte';

export type TransferDialog =
  // The name is what an image is called elsewhere, where its repository here says more than that.
  | { kind: 'download'; image: ImageRef; name?: string }
  | { kind: 'copy'; image: ImageRef; name?: string }
  | { kind: 'upload'; registry: string; repository: string };

type Errors = Partial<Record<'path' | 'platforms' | 'repository' | 'tag' | 'image', string>>;

/** A digest has no place in a file's name or a new tag. */
const tagOf = (reference: string) => (reference.includes(':') ? '' : reference);
/** The first part of an image's name is a host where it looks like one. */
function withoutHost(name: string): string {
  const [first = '', ...rest] = name.split('/');
  return /[.:]|^localhost$/.test(first) ? rest.join('/') : name;
}
const lastPart = (repository: string) => repository.split('/').at(-1) ?? repository;

class TransferForm {
  dialog = $state.raw<TransferDialog | null>(null);
  /** What there is to move. */
  readonly movable = new Reading<MovablePage>();
  form = $state<ImageForm>('folder');
  path = $state('');
  /** Whether the person has said where to. */
  #pathChosen = false;
  /** The platforms that come along; null for all. */
  platforms = $state.raw<readonly string[] | null>(null);
  referrers = $state(true);
  registry = $state('');
  repository = $state('');
  tag = $state('');
  /** Which image of a file. */
  image = $state<string | null>(null);
  target = $state.raw<TargetState | null>(null);
  errors = $state.raw<Errors>({});
  failure = $state.raw<CommandFailure | null>(null);
  busy = $state(false);
  /** What the target was looked up for. */
  #reviewed = '';
  #operation: string | null = null;

  /** The registries to which something can go. */
  readonly targets = $derived(imageRegistries.all);
  readonly images = $derived<readonly MovableImage[]>(this.movable.value?.images ?? []);
  readonly host = $derived(
    this.targets.find(({ id }) => id === this.registry)?.url.split('/')[0] ?? '',
  );
  /** Whether another index is made than the one at the source. */
  readonly newIndex = $derived(this.platforms !== null && this.platforms.length > 1);

  open(dialog: TransferDialog): void {
    this.movable.forget();
    Object.assign(this, { dialog, form: 'folder', path: '', platforms: null, referrers: true });
    Object.assign(this, { image: null, target: null, errors: {}, failure: null, busy: false });
    this.#pathChosen = false;
    if (dialog.kind === 'upload') {
      void imageRegistries.load();
      Object.assign(this, { form: 'archive', registry: dialog.registry, tag: '' });
      this.repository = dialog.repository;
      return;
    }
    const { image } = dialog;
    this.registry = '';
    this.tag = tagOf(image.reference);
    this.#chooseTarget(dialog);
    void imageRegistries.load().then(() => {
      if (this.dialog === dialog && this.registry === '') this.#chooseTarget(dialog);
    });
    void this.read();
  }

  /** Another registry than the image's own, where there is one. */
  #chooseTarget({ image, name }: { image: ImageRef; name?: string }): void {
    const others = this.targets.filter(({ id }) => id !== image.registry);
    this.registry = (others[0] ?? this.targets[0])?.id ?? '';
    this.repository = this.#place(name ?? image.repository);
  }

  /** Where a registry takes an image that is called `repository`: some are limited to a path. */
  #place(repository: string): string {
    const address = this.targets.find(({ id }) => id === this.registry)?.url ?? '';
    const path = address.split('/').slice(1).join('/');
    const fits = path === '' || path.includes('*') || repository.startsWith(`${path}/`);
    return fits ? repository : `${path}/${lastPart(repository)}`;
  }

  /** Another registry: what was proposed for the last one is proposed for this one. */
  setRegistry(registry: string): void {
    const { dialog } = this;
    const name = dialog?.kind === 'copy' ? (dialog.name ?? dialog.image.repository) : null;
    const proposed = name !== null && this.repository === this.#place(name);
    this.set({ registry });
    if (name !== null && proposed) this.repository = this.#place(name);
  }

  /** Reads what there is to move. */
  async read(): Promise<void> {
    const from = this.#from();
    if (!from) return;
    await this.movable.read((operation) =>
      vault.reach(() => call('read_movable', { from, operation })),
    );
    if (this.dialog?.kind === 'download' && !this.#pathChosen) this.path = this.#proposed();
    if (this.dialog?.kind === 'upload') this.#chooseFirst();
  }

  #from(): TransferPlace | null {
    const { dialog } = this;
    if (!dialog) return null;
    if (dialog.kind !== 'upload') {
      const { registry, repository, reference } = dialog.image;
      return { at: 'registry', registry, repository, reference };
    }
    if (this.path.trim() === '') {
      this.errors = { path: m.transfers.pathMissing[this.form] };
      return null;
    }
    return { at: 'file', form: this.form, path: this.path, image: this.image };
  }

  /** Where a download goes where nothing else is chosen. */
  #proposed(): string {
    const { dialog } = this;
    const folder = this.movable.value?.folder;
    if (folder === undefined || dialog?.kind !== 'download') return this.path;
    const separator = folder.includes('\\') ? '\\' : '/';
    return `${folder.replace(/[/\\]$/, '')}${separator}${this.fileName()}`;
  }

  /** What a file or a folder of the image is called. */
  fileName(): string {
    if (this.dialog?.kind !== 'download') return '';
    const { repository, reference } = this.dialog.image;
    const tag = tagOf(reference) || reference.replace(/^sha\d+:/, '').slice(0, 12);
    return `${lastPart(repository)}-${tag}${this.form === 'archive' ? '.tar' : ''}`;
  }

  setForm(form: ImageForm): void {
    this.form = form;
    this.#changed();
    if (this.dialog?.kind === 'upload') this.#forgetFile();
    else if (!this.#pathChosen) this.path = this.#proposed();
  }

  setPath(path: string): void {
    this.path = path;
    this.#pathChosen = true;
    this.#changed();
    if (this.dialog?.kind === 'upload') this.#forgetFile();
  }

  #forgetFile(): void {
    this.movable.forget();
    this.image = null;
  }

  async choose(): Promise<void> {
    const save = this.dialog?.kind === 'download';
    const [toSave, toOpen] =
      this.form === 'folder'
        ? (['save_folder', 'open_folder'] as const)
        : (['save_archive', 'open_archive'] as const);
    try {
      const purpose = save ? toSave : toOpen;
      const { path } = await call('choose_image_file', { purpose, name: this.fileName() });
      if (path === null) return;
      this.setPath(path);
      if (!save) await this.read();
    } catch (failure) {
      toasts.failure(failure);
    }
  }

  /** What a file's first image is called is what the tag begins with. */
  #chooseFirst(): void {
    const [first] = this.images;
    if (first) this.chooseImage(first.name ?? first.digest);
  }

  chooseImage(name: string): void {
    this.image = name;
    this.#changed();
    if (/^sha\d+:/.test(name)) return;
    const colon = name.lastIndexOf(':');
    const slash = name.lastIndexOf('/');
    this.tag = colon > slash ? name.slice(colon + 1) : slash < 0 ? name : this.tag;
    // A registry that is hosted here has its own path before the name, and that alone.
    const path = this.repository.endsWith('/') ? this.repository : '';
    if (this.repository !== path) return;
    const whole = colon > slash ? name.slice(0, colon) : slash < 0 ? '' : name;
    if (path !== '') this.repository = path + lastPart(whole);
    else if (slash >= 0) this.repository = withoutHost(whole);
  }

  setPlatforms(chosen: readonly string[]): void {
    const all = this.images[0]?.platforms ?? [];
    this.platforms = chosen.length === all.length ? null : chosen;
    this.#changed();
  }

  set(change: { registry?: string; repository?: string; tag?: string; referrers?: boolean }): void {
    Object.assign(this, change);
    this.#changed();
  }

  /** What was looked up no longer holds. */
  #changed(): void {
    Object.assign(this, { target: null, failure: null, errors: {} });
  }

  #wanted(): NewTransfer | null {
    const errors = this.#check();
    this.errors = errors;
    const from = this.#from();
    if (!from || Object.keys(errors).length > 0) return null;
    const platforms = this.platforms === null ? null : [...this.platforms];
    return { from, to: this.#to(), platforms, referrers: this.referrers };
  }

  #to(): TransferPlace {
    if (this.dialog?.kind === 'download') {
      return { at: 'file', form: this.form, path: this.path, image: null };
    }
    const { registry, repository, tag } = this;
    return { at: 'registry', registry, repository: repository.trim(), reference: tag.trim() };
  }

  #check(): Errors {
    const words = m.transfers;
    const errors: Errors = {};
    const kind = this.dialog?.kind;
    if (this.platforms?.length === 0) errors.platforms = words.platforms.none;
    if (kind !== 'copy' && this.path.trim() === '') errors.path = words.pathMissing[this.form];
    if (kind === 'upload' && !errors.path && this.image === null)
      errors.path = words.upload.notRead;
    if (kind !== 'download' && this.repository.trim() === '') {
      errors.repository = words.repositoryMissing;
    }
    if (kind !== 'download' && this.tag.trim() === '') errors.tag = words.tagMissing;
    return errors;
  }

  /** Looks what is there already, and starts where there is nothing to be asked. */
  async submit(): Promise<void> {
    if (this.busy) return;
    const wanted = this.#wanted();
    if (!wanted) return;
    const key = JSON.stringify(wanted);
    Object.assign(this, { busy: true, failure: null });
    try {
      if (!this.target || this.#reviewed !== key) {
        await this.#review(wanted);
        this.#reviewed = key;
        if (this.target?.target !== 'free') return;
      }
      await this.#start(wanted);
    } catch (thrown) {
      this.#fail(CommandFailure.from(thrown));
    } finally {
      this.busy = false;
    }
  }

  async #review(wanted: NewTransfer): Promise<void> {
    const operation = operationId();
    this.#operation = operation;
    this.target = await vault.reach(() => call('review_transfer', { wanted, operation }));
    this.#operation = null;
  }

  async #start(wanted: NewTransfer): Promise<void> {
    const { kind, name } = await call('start_transfer', wanted);
    this.dialog = null;
    const action = showAction();
    toasts.show(m.transfers.started[kind](name), { action, seconds: 8 });
  }

  #fail(failure: CommandFailure): void {
    const { field, message } = failure;
    if (failure.code === 'cancelled') return;
    if (field === 'folder' || field === 'file') this.errors = { path: message };
    else if (field === 'repository') this.errors = { repository: message };
    else if (field === 'image') this.errors = { tag: message };
    else this.failure = failure;
  }

  close(): void {
    this.movable.forget();
    if (this.#operation) {
      void call('cancel_operation', { operation: this.#operation }).catch(() => undefined);
    }
    Object.assign(this, { dialog: null, busy: false });
  }
}

export const transferForm = new TransferForm();
