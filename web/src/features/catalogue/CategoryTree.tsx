/** Categories as a tree of links; opens along the chosen one. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Category } from "../../api/shop";
import { pathTo } from "./categories";
import classes from "./Catalogue.module.css";

interface CategoryTreeProps {
  tree: readonly Category[];
  chosen: string | undefined;
}

export function CategoryTree({ tree, chosen }: CategoryTreeProps) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("shop.category")} data-testid="category-tree">
      <ul className={classes.tree}>
        <li>
          <Link
            to="/shop"
            search={(before) => ({ ...before, category: undefined })}
            className={classes.node}
            aria-current={chosen === undefined}
            activeProps={{}}
          >
            {t("shop.allCategories")}
          </Link>
        </li>
        <Branch nodes={tree} chosen={chosen} open={pathTo(tree, chosen)} />
      </ul>
    </nav>
  );
}

interface BranchProps {
  nodes: readonly Category[];
  chosen: string | undefined;
  /** Ids whose children are shown. */
  open: readonly string[];
}

function Branch({ nodes, chosen, open }: BranchProps) {
  return nodes.map((node) => (
    <li key={node.id}>
      <Link
        to="/shop"
        search={(before) => ({ ...before, category: node.id })}
        className={classes.node}
        aria-current={node.id === chosen}
        activeProps={{}}
        data-testid="category"
        data-category={node.id}
      >
        {node.name}
      </Link>
      {node.children.length > 0 && open.includes(node.id) && (
        <ul className={classes.tree}>
          <Branch nodes={node.children} chosen={chosen} open={open} />
        </ul>
      )}
    </li>
  ));
}
