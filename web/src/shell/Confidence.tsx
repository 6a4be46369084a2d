/** A confidence of 0 to 1 as a small bar with its figure. */
export function Confidence({ value, of }: { value: number; of: string }) {
  const percent = Math.round(value * 100);
  return (
    <span className="confidence">
      <meter min={0} max={100} value={percent} aria-label={`${of}: ${percent} %`} />
      <span aria-hidden="true">{percent}&nbsp;%</span>
    </span>
  );
}
