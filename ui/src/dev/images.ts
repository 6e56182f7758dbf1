/** The pretended shell's part about images. */
import type {
  AppEvent,
  CheckFailure,
  CommandError,
  ComparedSide,
  Comparison,
  ImageFacts,
  ImageRef,
  PullLimit,
  RawManifest,
  RepositoryList,
  TagRow,
} from '../bindings';
import type { Commands } from '../bindings/commands';
import { before } from './data';
import { COMPARISON, digestOf, IMAGE, LEFT, MANIFEST, NOT_FOUND, RIGHT } from './images-data';

const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

export const UNLIMITED: PullLimit = {
  known: false,
  limit: null,
  left: null,
  windowSeconds: null,
  source: null,
  failure: null,
};

export class PretendedImages {
  list: RepositoryList = 'listed';
  repositories = ['infra/postgres', 'team/api', 'team/shop', 'team/shop-worker'];
  remembered: string[] = [];
  isHub = false;
  leftOut = 0;
  more = false;
  tags = ['4.2.0', '4.2.0-rc1', '4.1.0', '4.0.3', 'latest', 'nightly'];
  image: ImageFacts = IMAGE;
  manifest: RawManifest = MANIFEST;
  comparison: Comparison = COMPARISON;
  sides = { left: LEFT, right: RIGHT };
  /** Tags that the registry does not have. */
  missing: string[] = [];
  /** What a registry is called before its images' names. */
  hostOf: (registry: string) => string = () => 'registry.example.com';
  pulls: PullLimit = UNLIMITED;
  /** What every request fails with. */
  fails: CheckFailure | null = null;
  notFound: CheckFailure = NOT_FOUND;
  /** How long a page of a list takes, in milliseconds. */
  answerMillis = 0;

  /** The handlers of the commands about images. */
  handlers(emit: (event: AppEvent) => Promise<void>, cancelled: (operation: string) => boolean) {
    const wait = async (operation: string, total: number | null) => {
      for (let done = 0; this.answerMillis > 0 && done < 10; done += 1) {
        await emit({ type: 'images_progress', operation, done: done * 1000, total });
        await pause(this.answerMillis);
        if (cancelled(operation)) {
          const nothing = { hint: null, retryable: false, field: null, raw: null };
          throw { code: 'cancelled', message: 'Cancelled.', ...nothing };
        }
      }
    };
    return {
      list_repositories: async ({ operation }: Commands['list_repositories'][0]) => {
        await wait(operation, null);
        const list = this.fails ? ('failed' as const) : this.list;
        return {
          name: 'Lab',
          host: this.isHub ? 'docker.io' : 'registry.example.com',
          path: null,
          isHub: this.isHub,
          list,
          repositories: list === 'listed' ? this.repositories : [],
          leftOut: this.leftOut,
          more: this.more,
          remembered: this.remembered,
          failure: this.fails,
        };
      },
      forget_repository: ({ repository }: Commands['forget_repository'][0]) => {
        this.remembered = this.remembered.filter((name) => name !== repository);
        return {};
      },
      list_tags: async (request: Commands['list_tags'][0]) => {
        await wait(request.operation, request.order === 'newest' ? 10_000 : null);
        const rows = this.#rows(request);
        return {
          repository: request.repository,
          rows: this.fails ? [] : rows,
          total: this.fails ? 0 : this.tags.length,
          leftOut: 0,
          more: false,
          dated: request.order === 'newest' ? this.tags.length : 0,
          failure: this.fails,
        };
      },
      open_image: async ({ image, operation }: Commands['open_image'][0]) => {
        await wait(operation, null);
        const chosen = { ...this.image, imageDigest: image.platform ?? this.image.imageDigest };
        return {
          name: `registry.example.com/${image.repository}:${image.reference}`,
          image: this.fails ? null : chosen,
          failure: this.fails,
        };
      },
      raw_manifest: () => this.manifest,
      review_image: (image: Commands['review_image'][0]) => {
        if (!/^[a-z0-9._/-]+$/.test(image.repository)) throw this.#noName(image.repository);
        return { name: this.#nameOf(image) };
      },
      compare_images: async ({ left, right, operation }: Commands['compare_images'][0]) => {
        await wait(operation, null);
        const [one, other] = [this.#side(left, 'left'), this.#side(right, 'right')];
        const both = one.image !== null && other.image !== null;
        return { left: one, right: other, comparison: both ? this.comparison : null };
      },
      pull_limit: () => this.pulls,
      copy_pull_secret: () => ({ clearsAfterSeconds: 45 }),
    };
  }

  #nameOf({ registry, repository, reference }: ImageRef): string {
    const host = this.hostOf(registry);
    return `${host}/${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
  }

  #noName(repository: string): CommandError {
    return {
      code: 'invalid',
      message: `This is no repository’s name: “${repository}” has a character that none may have.`,
      hint: 'Type it as it stands in an image’s name, like “team/app”.',
      retryable: false,
      field: 'repository',
      raw: null,
    };
  }

  #side(image: ImageRef, side: 'left' | 'right'): ComparedSide {
    const found = this.sides[side];
    const failure = this.missing.includes(image.reference) ? this.notFound : this.fails;
    const chosen = { ...found, digest: image.platform ?? found.digest };
    return { name: this.#nameOf(image), image: failure ? null : chosen, failure, refused: null };
  }

  #rows({ filter, order }: Commands['list_tags'][0]): TagRow[] {
    const dated = order === 'newest';
    return this.tags
      .filter((name) => name.includes(filter.trim().toLowerCase()))
      .map((name, at) => ({
        name,
        created: dated ? before(60 * 24 * (at + 1)) : null,
        digest: dated ? digestOf(name) : null,
      }));
  }
}
