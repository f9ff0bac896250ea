/** A table of the office; on a phone each row is a block with the column's name beside each value. */
import { Paper, Table } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./DataTable.module.css";

export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers line up at the right. */
  numeric?: boolean;
  /** What a phone does with it: `title` stands first without its name, `hide` leaves it out. */
  phone?: "title" | "hide";
}

interface DataTableProps<Row> {
  /** What the table lists, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** More attributes of a row: handles for tests. */
  rowProps?: (row: Row) => Record<`data-${string}`, string | number | boolean | undefined>;
  /** The first link of a row covers all of it. */
  linked?: boolean;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, rowProps, linked = false } = props;
  return (
    <Paper withBorder radius="lg" className={classes.frame}>
      <Table
        aria-label={label}
        verticalSpacing="sm"
        horizontalSpacing="md"
        className={classes.table}
        highlightOnHover={linked}
      >
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.key} className={column.numeric ? classes.numeric : undefined}>
                {column.header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr
              key={rowKey(row)}
              className={linked ? classes.linked : undefined}
              {...rowProps?.(row)}
            >
              {columns.map((column) => (
                <Table.Td
                  key={column.key}
                  className={column.numeric ? classes.numeric : undefined}
                  data-label={column.header}
                  data-phone={column.phone}
                >
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
