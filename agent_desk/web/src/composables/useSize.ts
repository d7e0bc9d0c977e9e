// The size of an element, as it changes.
import { onBeforeUnmount, onMounted, type Ref, shallowRef } from "vue";

export type Size = { readonly width: number; readonly height: number };

/** Watch an element's inner size, in CSS pixels. */
export function useSize(element: Readonly<Ref<HTMLElement | null>>): Ref<Size> {
  const size = shallowRef<Size>({ width: 0, height: 0 });
  let observer: ResizeObserver | null = null;
  onMounted(() => {
    observer = new ResizeObserver(([entry]) => {
      if (entry) size.value = { width: entry.contentRect.width, height: entry.contentRect.height };
    });
    if (element.value) observer.observe(element.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
  return size;
}
