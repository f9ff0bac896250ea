/** Walks over the tree of categories. */
import type { Category } from "../../api/shop";

export interface FlatCategory {
  id: string;
  /** "Music / Piano": names from the root down. */
  path: string;
  depth: number;
}

export function flatten(tree: readonly Category[], above: readonly string[] = []): FlatCategory[] {
  return tree.flatMap((category) => {
    const names = [...above, category.name];
    const own = { id: category.id, path: names.join(" / "), depth: above.length };
    return [own, ...flatten(category.children, names)];
  });
}

/** The ids from the root down to a category; empty when it is not in the tree. */
export function pathTo(tree: readonly Category[], id: string | undefined): string[] {
  for (const category of tree) {
    if (category.id === id) return [category.id];
    const below = pathTo(category.children, id);
    if (below.length > 0) return [category.id, ...below];
  }
  return [];
}
