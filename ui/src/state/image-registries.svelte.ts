/** The registries that images can be in: those of the list, and those that are hosted here. */
import type { ImageRef, SourceRow, VersionRow } from '../bindings';
import { hosting } from './hosting.svelte';
import { navigation } from './navigation.svelte';
import { registries } from './registries.svelte';
import { sources } from './sources.svelte';

export interface ImageRegistry {
  id: string;
  name: string;
  /** Host and path, without a scheme. */
  url: string;
}

/** What every repository of a registry that is hosted here begins with. */
export const pathOf = ({ slug }: SourceRow) => `${hosting.status?.organization ?? 'local'}/${slug}`;

/** A version of a package as an image: by the tag that tells most, else by its digest. */
export function imageOf(source: SourceRow, name: string, { tags, version }: VersionRow): ImageRef {
  const reference = tags.find((tag) => tag !== 'latest') ?? tags[0] ?? version;
  return {
    registry: source.id,
    repository: `${pathOf(source)}/${name}`,
    reference,
    platform: null,
  };
}

/** Shows an image: as a version of its package where it is hosted here. */
export async function showImage(image: ImageRef): Promise<void> {
  const hosted = sources.find(image.registry);
  if (!hosted) return void (await navigation.go({ name: 'image', image }));
  const name = image.repository.slice(pathOf(hosted).length + 1);
  const { id: source } = hosted;
  await navigation.go({ name: 'package', source, package: name, version: image.reference });
}

/** Goes back from an image to the others of its repository. */
export async function showOthers(image: ImageRef): Promise<void> {
  const { registry, repository } = image;
  if (sources.find(registry)) return showImage(image);
  await navigation.go({ name: 'tags', registry, repository });
}

class ImageRegistries {
  readonly #hosted = $derived(
    sources.rows
      .filter(({ ecosystem }) => ecosystem === 'container')
      .map((source) => ({
        id: source.id,
        name: source.name,
        url: `${hosting.status?.address ?? ''}/${pathOf(source)}`,
      })),
  );
  /** Those of the list come first. */
  readonly all = $derived<readonly ImageRegistry[]>([
    ...registries.rows.filter(({ kind }) => kind === 'container'),
    ...(hosting.status?.server.state === 'running' ? this.#hosted : []),
  ]);

  /** Sees to it that those that are hosted here are known. */
  async load(): Promise<void> {
    if (hosting.on && !sources.loaded) await sources.load();
  }
}

export const imageRegistries = new ImageRegistries();
