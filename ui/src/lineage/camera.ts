// Where the graph is looked at: a place and a scale, moved by mouse, touch, wheel and keys, outside of React.

export interface View {
  x: number; // of the graph's origin, in pixels of the window
  y: number;
  scale: number;
}

export const LEAST_SCALE = 0.02;
export const MOST_SCALE = 1.6;
const STEP = 60; // pixels per arrow key

export class Camera {
  view: View = { x: 0, y: 0, scale: 1 };
  isMoving = false;
  private readonly listeners = new Set<() => void>();
  private pending = false;

  /** Calls back, at most once per frame, after each move. */
  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  set(view: View): void {
    this.view = view;
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      for (const listener of this.listeners) listener();
    });
  }

  pan(dx: number, dy: number): void {
    this.set({ ...this.view, x: this.view.x + dx, y: this.view.y + dy });
  }

  /** Scales around a point of the window. */
  zoom(factor: number, px: number, py: number): void {
    const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, this.view.scale * factor));
    const ratio = scale / this.view.scale;
    this.set({ scale, x: px - (px - this.view.x) * ratio, y: py - (py - this.view.y) * ratio });
  }

  /** Shows a part of the graph in the middle of a window. */
  show(box: { x: number; y: number; width: number; height: number }, width: number, height: number, most = 1): void {
    const margin = Math.min(32, width * 0.04);
    const fit = Math.min((width - 2 * margin) / Math.max(1, box.width), (height - 2 * margin) / Math.max(1, box.height));
    const scale = Math.min(most, Math.max(LEAST_SCALE, fit));
    this.set({ scale, x: (width - box.width * scale) / 2 - box.x * scale, y: (height - box.height * scale) / 2 - box.y * scale });
  }

  /** Follows mouse, touch and wheel on an element. */
  attach(element: HTMLElement): () => void {
    const touches = new Map<number, { x: number; y: number }>();
    let moved = 0;
    const place = (event: { clientX: number; clientY: number }) => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as HTMLElement).closest("button, input, .panel")) return;
      touches.set(event.pointerId, place(event));
      moved = 0;
    };
    const move = (event: PointerEvent) => {
      const before = touches.get(event.pointerId);
      if (!before) return;
      const now = place(event);
      const [dx, dy] = [now.x - before.x, now.y - before.y];
      moved += Math.abs(dx) + Math.abs(dy);
      if (moved < 4) return;
      if (!this.isMoving) element.setPointerCapture(event.pointerId);
      this.isMoving = true;
      element.dataset.moving = "";
      touches.set(event.pointerId, now);
      const other = [...touches].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const [was, is] = [Math.hypot(before.x - other.x, before.y - other.y), Math.hypot(now.x - other.x, now.y - other.y)];
        this.zoom(is / Math.max(1, was), other.x, other.y);
      } else this.pan(dx, dy);
    };
    const up = (event: PointerEvent) => {
      touches.delete(event.pointerId);
      if (touches.size) return;
      delete element.dataset.moving;
      setTimeout(() => (this.isMoving = false)); // after the click that a drag ends with
    };
    const wheel = (event: WheelEvent) => {
      if ((event.target as HTMLElement).closest(".panel")) return;
      event.preventDefault();
      const { x, y } = place(event);
      const unit = event.deltaMode === 1 ? 16 : 1;
      if (event.shiftKey && !event.ctrlKey) this.pan(-event.deltaY * unit, 0);
      else if (event.deltaX !== 0 && !event.ctrlKey) this.pan(-event.deltaX * unit, -event.deltaY * unit);
      else this.zoom(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016)), x, y);
    };
    const press = (event: KeyboardEvent) => {
      if ((event.target as HTMLElement).closest("input, select, textarea, .panel") || event.ctrlKey || event.metaKey || event.altKey) return;
      const moves: Record<string, [number, number]> = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
      const by = moves[event.key];
      const middle = [element.clientWidth / 2, element.clientHeight / 2] as const;
      if (by) this.pan(...by);
      else if (event.key === "+" || event.key === "=") this.zoom(1.25, ...middle);
      else if (event.key === "-") this.zoom(0.8, ...middle);
      else return;
      event.preventDefault();
    };
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("keydown", press);
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("keydown", press);
    };
  }
}
