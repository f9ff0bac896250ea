/** Marks a tile whose picture stands upright (a phone), so that it is not cropped to a forehead. */
import { useEffect, type RefObject } from "react";

export function useUprightMark(
  video: RefObject<HTMLVideoElement | null>,
  tile: RefObject<HTMLElement | null>,
  shown: boolean,
): void {
  useEffect(() => {
    const element = video.current;
    const box = tile.current;
    if (!shown || element === null || box === null) return undefined;
    const mark = () => {
      box.toggleAttribute("data-upright", element.videoHeight > element.videoWidth);
    };
    mark();
    element.addEventListener("loadedmetadata", mark);
    element.addEventListener("resize", mark);
    return () => {
      element.removeEventListener("loadedmetadata", mark);
      element.removeEventListener("resize", mark);
    };
  }, [video, tile, shown]);
}
