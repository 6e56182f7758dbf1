/** What is typed as another image: Rust checks it, here it is only taken apart. */

const DIGEST = /^sha\d+:[0-9a-f]+$/;

/** The repository and the tag or digest of `typed`, which may be one of `repository` alone. */
export function splitReference(
  typed: string,
  repository: string,
): { repository: string; reference: string } {
  if (DIGEST.test(typed)) return { repository, reference: typed };
  const at = typed.lastIndexOf('@');
  if (at > 0) return { repository: typed.slice(0, at), reference: typed.slice(at + 1) };
  const colon = typed.lastIndexOf(':');
  if (colon > typed.lastIndexOf('/')) {
    return {
      repository: colon > 0 ? typed.slice(0, colon) : repository,
      reference: typed.slice(colon + 1),
    };
  }
  return typed.includes('/')
    ? { repository: typed, reference: 'latest' }
    : { repository, reference: typed };
}

/** An image's name within its registry, with a digest cut short. */
export function shortName({ repository, reference }: { repository: string; reference: string }) {
  return DIGEST.test(reference)
    ? `${repository}@${reference.slice(0, 19)}…`
    : `${repository}:${reference}`;
}
