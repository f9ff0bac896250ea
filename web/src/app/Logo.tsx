/** The mark of the page; says nothing by itself, the name stands beside it. */
export function Logo({ size = 32 }: { size?: number }) {
  return <img src="/icon.svg" alt="" width={size} height={size} />;
}
