// Agents are laid out as large as they fit, and nobody is forgotten.
import { describe, expect, it } from "vitest";
import { fit } from "../grid";

describe("fit", () => {
  it.each([[0, "large"], [10, "large"], [20, "middle"], [60, "small"]] as const)("%i agents in 98x30: %s", (agents, size) => {
    expect(fit(agents, 98, 30).size).toBe(size);
  });

  it.each([0, 1, 7, 40, 154, 300, 600])("%i agents all have a place on a hall screen", (agents) => {
    const plan = fit(agents, 186, 29);
    expect(plan.tiles + plan.squares).toBeGreaterThanOrEqual(agents);
  });

  it("leaves room to count those who have none", () => {
    const plan = fit(5_000, 186, 29);
    expect(plan.tiles + plan.squares).toBeLessThan(5_000);
    expect(plan.tiles).toBeGreaterThan(0);
  });

  it("survives a place of no size", () => {
    expect(fit(10, 0, 0).tiles).toBeGreaterThan(0);
  });
});
