/** Files on their way to a source registry. They go on while the person looks at something else. */
import type { AppEvent, OfferedFile, PublishOutcome } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { operationId } from '../lib/once';
import { m } from '../messages';
import { navigation } from './navigation.svelte';
import { sources } from './sources.svelte';
import { toasts } from './toasts.svelte';

/** So many files are sent at a time: a large one does not hold up the small ones. */
const AT_ONCE = 2;

/** Before this, in milliseconds, nobody can say how long it will take. */
const TOO_EARLY = 800;

export class Upload {
  readonly source: string;
  readonly file: OfferedFile;
  state = $state<'waiting' | 'running' | 'published' | 'failed' | 'cancelled'>('waiting');
  /** Bytes that have been read. */
  done = $state(0);
  /** Seconds that are left, as far as one can tell. */
  left = $state<number | null>(null);
  cancelling = $state(false);
  failure = $state.raw<CommandFailure | null>(null);
  /** What it was published as. */
  published = $state.raw<{ name: string; version: string } | null>(null);
  operation = '';
  startedAt = 0;

  constructor(source: string, file: OfferedFile) {
    this.source = source;
    this.file = file;
  }

  get over(): boolean {
    return this.state !== 'waiting' && this.state !== 'running';
  }

  progress(done: number, total: number): void {
    const elapsed = performance.now() - this.startedAt;
    this.done = done;
    this.left = elapsed < TOO_EARLY || done === 0 ? null : ((total - done) * elapsed) / done / 1000;
  }

  take(result: PublishOutcome): void {
    if (result.outcome === 'published') {
      this.published = { name: result.package, version: result.version };
    } else if (result.outcome === 'failed') this.failure = CommandFailure.from(result.error);
    this.state = result.outcome;
  }
}

class Uploads {
  list = $state.raw<readonly Upload[]>([]);
  /** Whether files are being dragged over the window. */
  over = $state(false);
  /** The registry that dropped files are published to: the one whose page is open. */
  target = $state<string | null>(null);

  /** Those of a registry, in the order in which they were given. */
  of(source: string): readonly Upload[] {
    return this.list.filter((upload) => upload.source === source);
  }

  hear(event: AppEvent): void {
    if (event.type === 'files_hover') this.over = event.over;
    else if (event.type === 'files_dropped') this.#dropped(event.files);
    else if (event.type === 'publish_progress') {
      const upload = this.list.find(({ operation }) => operation === event.operation);
      upload?.progress(event.done, event.total);
    }
  }

  #dropped(files: readonly OfferedFile[]): void {
    this.over = false;
    if (files.length === 0) return;
    if (this.target !== null) this.add(this.target, files);
    else toasts.show(m.packages.drop.nowhere, { hint: m.packages.drop.nowhereHint, seconds: 10 });
  }

  /** Lets the person choose files and publishes them. */
  async choose(source: string): Promise<void> {
    try {
      const { files } = await call('choose_packages', { id: source });
      this.add(source, files);
    } catch (thrown) {
      toasts.failure(thrown);
    }
  }

  add(source: string, files: readonly OfferedFile[]): void {
    this.list = [...this.list, ...files.map((file) => new Upload(source, file))];
    this.#next();
  }

  #next(): void {
    const running = this.list.filter(({ state }) => state === 'running').length;
    const waiting = this.list.filter(({ state }) => state === 'waiting');
    for (const upload of waiting.slice(0, AT_ONCE - running)) void this.#run(upload);
  }

  async #run(upload: Upload): Promise<void> {
    upload.operation = operationId();
    upload.startedAt = performance.now();
    upload.state = 'running';
    const { source, operation, file } = upload;
    try {
      const { files } = await call('publish_files', { source, offers: [file.offer], operation });
      const result = files[0]?.result;
      if (result) upload.take(result);
    } catch (thrown) {
      const error = CommandFailure.from(thrown);
      upload.take(error.code === 'cancelled' ? { outcome: 'cancelled' } : failed(error));
    }
    this.#next();
    this.#tell(source);
  }

  /** Whoever has gone elsewhere hears when the last file is through. */
  #tell(source: string): void {
    const all = this.of(source);
    if (this.target === source || all.some(({ over }) => !over)) return;
    const name = sources.find(source)?.name ?? m.packages.title;
    const bad = all.filter(({ state }) => state === 'failed').length;
    const good = all.filter(({ state }) => state === 'published').length;
    if (bad + good === 0) return;
    const words = m.packages.upload;
    const run = () => void navigation.go({ name: 'source', id: source, tab: 'packages' });
    const action = { label: words.show, run };
    if (bad > 0) {
      const text = words.doneFailed(bad, all.length, name);
      toasts.show(text, { tone: 'danger', action, seconds: 20 });
    } else toasts.show(words.donePublished(good, name), { tone: 'ok', action, seconds: 8 });
  }

  async cancel(upload: Upload): Promise<void> {
    if (upload.state === 'waiting') upload.state = 'cancelled';
    if (upload.state !== 'running' || upload.cancelling) return;
    upload.cancelling = true;
    try {
      await call('cancel_operation', { operation: upload.operation });
    } catch (thrown) {
      upload.cancelling = false;
      toasts.failure(thrown);
    }
  }

  /** Sends a file again that was not published. */
  again(upload: Upload): void {
    const fresh = new Upload(upload.source, upload.file);
    this.list = this.list.map((other) => (other === upload ? fresh : other));
    this.#next();
  }

  dismiss(upload: Upload): void {
    if (upload.over) this.list = this.list.filter((other) => other !== upload);
  }

  dismissFinished(source: string): void {
    this.list = this.list.filter((upload) => upload.source !== source || !upload.over);
  }

  /** As before anything was published. */
  forget(): void {
    this.list = [];
    this.over = false;
    this.target = null;
  }
}

function failed({ code, message, hint, retryable, field, raw }: CommandFailure): PublishOutcome {
  return { outcome: 'failed', error: { code, message, hint, retryable, field, raw } };
}

export const uploads = new Uploads();
