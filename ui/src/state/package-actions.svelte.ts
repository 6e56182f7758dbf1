/** What a person does with a version or a package: withdraw, copy, delete. */
import type { PackageDetails, SourceRow } from '../bindings';
import { call } from '../ipc';
import { m } from '../messages';
import { confirmation } from './confirm.svelte';
import { navigation } from './navigation.svelte';
import type { OpenPackage } from './package.svelte';
import { toasts } from './toasts.svelte';

const words = m.packagePage;

/** Asks clients not to choose the version, or takes that back. Says whether it was done. */
export async function withdraw(
  open: OpenPackage,
  version: string,
  reason: string | null,
): Promise<void> {
  const { source, name } = open;
  open.stay(version);
  open.take(await call('withdraw_version', { source, name, version, reason }));
  toasts.ok(reason === null ? words.restored(version) : words.withdrawnToast(version));
}

/** Copies the version to another registry. */
export async function copyTo(open: OpenPackage, version: string, to: SourceRow): Promise<void> {
  const { source, name } = open;
  await call('copy_package', { source, name, version, to: to.id });
  const view = { source: to.id, package: name, version } as const;
  const run = () => void navigation.go({ name: 'package', ...view });
  const action = { label: m.common.show, run };
  toasts.show(words.copied(version, to.name), { tone: 'ok', action, seconds: 8 });
}

/** Asks, and deletes one version with what belongs to it. Where it was the only one, the package has gone. */
export async function deleteVersion(open: OpenPackage, details: PackageDetails): Promise<void> {
  const { name, version, versionCount, canWithdraw } = details;
  // What belongs to an image is not among those that are counted.
  const last = versionCount <= 1 && details.subject === null;
  const points = [
    words.deleteDownloads(version.downloads),
    ...(details.goingWith > 0 ? [words.deleteGoing(details.goingWith)] : []),
    ...(last ? [words.deleteLast] : []),
    ...(canWithdraw && version.withdrawn === null ? [words.deleteWithdraw] : []),
  ];
  const yes = await confirmation.ask({
    title: words.deleteVersionTitle(name, version.version),
    body: words.deleteVersionBody,
    points,
    confirm: words.deleteConfirm,
    danger: true,
  });
  if (!yes) return;
  if (!(await remove(open, version.version))) return;
  toasts.ok(words.deletedVersion(name, version.version));
  await leave(open, last);
}

/** Asks, and deletes the package with all its versions. */
export async function deletePackage(open: OpenPackage, details: PackageDetails): Promise<void> {
  const { name, versions, versionCount } = details;
  const downloads = versions.reduce((sum, row) => sum + row.downloads, 0);
  const yes = await confirmation.ask({
    title: words.deletePackageTitle(name),
    body: words.deletePackageBody,
    points: [words.deleteVersions(versionCount), words.deleteDownloads(downloads)],
    confirm: words.deleteConfirm,
    danger: true,
  });
  if (!yes || !(await remove(open, null))) return;
  toasts.ok(words.deletedPackage(name));
  await leave(open, true);
}

async function remove({ source, name }: OpenPackage, version: string | null): Promise<boolean> {
  try {
    await call('delete_package', { source, name, version });
    return true;
  } catch (failure) {
    toasts.failure(failure);
    return false;
  }
}

async function leave({ source, name }: OpenPackage, whole: boolean): Promise<void> {
  if (whole) await navigation.go({ name: 'source', id: source, tab: 'packages' });
  else await navigation.go({ name: 'package', source, package: name, version: null });
}
