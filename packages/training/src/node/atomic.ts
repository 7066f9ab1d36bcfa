import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

let writes = 0;

/**
 * Writes a file in whole or not at all: into a file beside it, synced to the disk, then renamed. A process that is killed
 * on the way leaves the old file as it was, and at most a file `.name.pid.n.partial` beside it, which the next write removes.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  writes += 1;
  const partial = join(folder, `.${name}.${process.pid}.${writes}.partial`);
  try {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await syncFolder(folder);
  await removeLeftovers(folder, name);
}

/** The new name itself must reach the disk; where folders cannot be synced (Windows), the system sees to it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** What processes left that live no more. */
async function removeLeftovers(folder: string, name: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const pid = file.startsWith(`.${name}.`) ? /^(\d+)\.\d+\.partial$/.exec(file.slice(name.length + 2))?.[1] : undefined;
    if (pid !== undefined && !lives(Number(pid))) await rm(join(folder, file), { force: true });
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // a process of another user cannot be signalled, but lives
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
