// How the pages of docs/ are grouped beside the text. A page that stands in no group comes under "More"; a name whose
// page is not written yet is left out.

export const groups: Readonly<Record<string, readonly string[]>> = {
  'Start': ['start', 'concepts', 'lasagne', 'tfjs'],
  'Concepts': ['graph', 'stability', 'numerics', 'scan', 'random'],
  'Guides': ['layers', 'objectives', 'updates', 'training', 'data', 'checkpoints', 'nan-guide', 'webgpu', 'performance'],
  'Compatibility': ['compatibility', 'defaults', 'notices/index', 'upgrading/index', 'command'],
  'For contributors': ['architecture', 'adding-an-op', 'programs', 'releasing', 'contributing'],
};

/** Not in the sidebar: `contents` is the index for those who read on GitHub, the others have places of their own. */
export const apart: readonly string[] = ['index', 'playground', 'contents'];

export interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly SidebarItem[];
}

/**
 * The sidebar.
 *
 * @param titles - the title of each page by its name, without `.md`
 */
export function sidebarOf(titles: ReadonlyMap<string, string>, table: Readonly<Record<string, readonly string[]>> = groups): readonly SidebarItem[] {
  const placed = new Set([...Object.values(table).flat(), ...apart]);
  const rest = [...titles.keys()].filter((page) => !placed.has(page)).sort();
  return Object.entries({ ...table, More: rest }).flatMap(([text, pages]) => {
    const items = pages.flatMap((page) => (titles.has(page) ? [{ text: titles.get(page) as string, link: `/${page.replace(/(^|\/)index$/, '$1')}` }] : []));
    return items.length === 0 ? [] : [{ text, items }];
  });
}
