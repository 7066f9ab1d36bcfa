import { UnsupportedError } from '@pastina/core';

/**
 * A package that only those install who use it.
 *
 * @throws UnsupportedError PEER_MISSING with the line that installs it
 */
export async function loadPeer<Module>(where: string, install: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    throw new UnsupportedError('PEER_MISSING', `${where} needs a package that could not be loaded; install it with: npm install ${install} (${(error as Error).message.split('\n')[0]})`, { install });
  }
}
