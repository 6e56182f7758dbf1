/** One package, as long as its page is open: kept up to date while it changes. */
import type { PackageDetails, PackageFile } from '../bindings';
import { call, CommandFailure } from '../ipc';
import { debounce, operationId } from '../lib/once';
import { m } from '../messages';
import { onEvent } from './events';
import { toasts } from './toasts.svelte';

const GATHER = 120;

export class OpenPackage {
  details = $state.raw<PackageDetails | null>(null);
  failure = $state.raw<CommandFailure | null>(null);
  /** Files on their way to the disk. */
  downloads = $state.raw<readonly Download[]>([]);

  readonly source: string;
  readonly name: string;
  #wanted: string | null = null;
  #turn = 0;

  constructor(source: string, name: string) {
    this.source = source;
    this.name = name;
  }

  get gone(): boolean {
    return this.failure?.code === 'not_found';
  }

  /** Loads a version, or the one that clients install. What was shown stays meanwhile. */
  async load(version: string | null = this.#wanted): Promise<void> {
    const turn = ++this.#turn;
    this.#wanted = version;
    const { source, name } = this;
    try {
      const details = await call('get_package', { source, name, version });
      if (turn === this.#turn) this.take(details);
    } catch (thrown) {
      if (turn === this.#turn) this.failure = CommandFailure.from(thrown);
    }
  }

  /** Stays on a version, whatever clients install from now on. */
  stay(version: string): void {
    this.#wanted = version;
  }

  /** Takes what a command has answered. */
  take(details: PackageDetails): void {
    this.#turn += 1;
    this.details = details;
    this.failure = null;
  }

  /** Loads it again whenever it has changed, until the returned function is called. */
  follow(): () => void {
    const changed = debounce(() => void this.load(), GATHER);
    const deafen = onEvent((event) => {
      if (event.type === 'source_changed' && event.id === this.source) changed.ask();
      if (event.type === 'bytes_progress') this.#progress(event.operation, event.done);
    });
    return () => {
      deafen();
      changed.stop();
    };
  }

  #progress(operation: string, done: number): void {
    const download = this.downloads.find((running) => running.operation === operation);
    if (download) download.done = done;
  }

  /** The download of a file, while there is one. */
  downloadOf(file: string): Download | undefined {
    return this.downloads.find((running) => running.file.id === file);
  }

  /** Saves a file where the person wants it. */
  async download(file: PackageFile): Promise<void> {
    if (this.downloadOf(file.id)) return;
    const download = new Download(file);
    this.downloads = [...this.downloads, download];
    const { operation } = download;
    try {
      const wanted = { source: this.source, file: file.id, operation };
      const { path } = await call('download_file', wanted);
      if (path !== null) toasts.ok(m.packagePage.downloaded(path));
    } catch (thrown) {
      toasts.failure(thrown);
    }
    this.downloads = this.downloads.filter((running) => running !== download);
  }
}

/** A file on its way to the disk. */
export class Download {
  readonly file: PackageFile;
  readonly operation = operationId();
  done = $state(0);
  cancelling = $state(false);

  constructor(file: PackageFile) {
    this.file = file;
  }

  async cancel(): Promise<void> {
    this.cancelling = true;
    try {
      await call('cancel_operation', { operation: this.operation });
    } catch (thrown) {
      this.cancelling = false;
      toasts.failure(thrown);
    }
  }
}
