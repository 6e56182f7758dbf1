/**
 * Every English string of the window, by screen. A translation replaces this one object.
 * Strings with values are functions; numbers and plurals go through `messages/plural.ts`.
 */
import { activity } from './messages/activity';
import { apiTokens } from './messages/apiTokens';
import { backup } from './messages/backup';
import { checks } from './messages/checks';
import { cloud } from './messages/cloud';
import { cluster } from './messages/cluster';
import { common } from './messages/common';
import { container } from './messages/container';
import { form } from './messages/form';
import { hosting } from './messages/hosting';
import { images } from './messages/images';
import { look } from './messages/look';
import { network } from './messages/network';
import { packagePage } from './messages/package-page';
import { packages } from './messages/packages';
import { odo } from './messages/odo';
import { providers } from './messages/providers';
import { publish } from './messages/publish';
import { registries } from './messages/registries';
import { registryTokens } from './messages/registryTokens';
import { retention } from './messages/retention';
import { settings } from './messages/settings';
import { share } from './messages/share';
import { shell } from './messages/shell';
import { sourceSettings } from './messages/sourceSettings';
import { storage } from './messages/storage';
import { storageFolder } from './messages/storageFolder';
import { storageUse } from './messages/storageUse';
import { stacks } from './messages/stacks';
import { tools } from './messages/tools';
import { transfers } from './messages/transfers';
import { vault } from './messages/vault';

export const m = {
  activity,
  apiTokens,
  backup,
  checks,
  cloud,
  cluster,
  common,
  container,
  form,
  hosting,
  images,
  look,
  network,
  packagePage,
  packages,
  odo,
  providers,
  publish,
  registries,
  registryTokens,
  retention,
  settings,
  share,
  shell,
  sourceSettings,
  storage,
  storageFolder,
  storageUse,
  stacks,
  tools,
  transfers,
  vault,
};
