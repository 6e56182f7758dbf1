/** Situations of source registries to look at. */
import { Backend } from './backend';
import { fewRegistries } from './data';
import { fewSources, manyPackages, source, stored, version, type Kept } from './hosting-data';
import { digestOf } from './images-data';

type Scene = () => Backend;

/** Source registries beside the usual others. */
export function hosting(kept: Kept[], change: (backend: Backend) => void = () => {}): Scene {
  return () => {
    const backend = new Backend(fewRegistries());
    backend.hosting.kept = kept;
    change(backend);
    return backend;
  };
}

const ECOSYSTEMS = ['javascript', 'python', 'files'] as const;

/** So many registries, and many packages in the first. */
function manySources(count: number): Kept[] {
  return Array.from({ length: count }, (_, at) => {
    const ecosystem = ECOSYSTEMS[at % 3] ?? 'files';
    const name = `Team ${String(at + 1).padStart(2, '0')} ${ecosystem}`;
    const packages = manyPackages(ecosystem, at === 0 ? 5_000 : (at * 7) % 40);
    return { details: source(name, ecosystem, { public: at % 4 === 1 }), packages };
  });
}

/** A registry with an image that has a tag. */
function images(): Kept {
  const row = version(digestOf('app'), 60, 4_200_000, { tags: ['1.0'] });
  return {
    details: source('Team images', 'container'),
    packages: [stored('container', 'team/app', [row])],
  };
}

export const hostingScenes: Record<string, Scene> = {
  packages: () => hosting(fewSources())(),
  'packages-many': () => hosting(manySources(40))(),
  'packages-none': hosting([]),
  'packages-image': () => hosting([images()])(),
};
