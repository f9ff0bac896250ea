/** Categories as a tree of links; opens along the chosen one. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Category } from "../../api/shop";
import { pathTo } from "./categories";
import type { CatalogueSearch } from "./search";
import classes from "./Catalogue.module.css";

interface CategoryTreeProps {
  tree: readonly Category[];
  /** The rest of the address stays when a category is chosen. */
  search: CatalogueSearch;
}

/** Marks a link only when the whole address is the same, the category too. */
const EXACTLY = { exact: true, includeSearch: true };

export function CategoryTree({ tree, search }: CategoryTreeProps) {
  const { t } = useTranslation();
  const chosen = search.category;
  return (
    <nav aria-label={t("shop.category")} data-testid="category-tree">
      <ul className={classes.tree}>
        <li>
          <Link
            to="/shop"
            search={{ ...search, category: undefined }}
            className={classes.node}
            activeOptions={EXACTLY}
          >
            {t("shop.allCategories")}
          </Link>
        </li>
        <Branch nodes={tree} search={search} open={pathTo(tree, chosen)} />
      </ul>
    </nav>
  );
}

interface BranchProps {
  nodes: readonly Category[];
  search: CatalogueSearch;
  /** Ids whose children are shown. */
  open: readonly string[];
}

function Branch({ nodes, search, open }: BranchProps) {
  return nodes.map((node) => (
    <li key={node.id}>
      <Link
        to="/shop"
        search={{ ...search, category: node.id }}
        className={classes.node}
        activeOptions={EXACTLY}
        data-testid="category"
        data-category={node.id}
      >
        {node.name}
      </Link>
      {node.children.length > 0 && open.includes(node.id) && (
        <ul className={classes.tree}>
          <Branch nodes={node.children} search={search} open={open} />
        </ul>
      )}
    </li>
  ));
}
