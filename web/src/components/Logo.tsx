/**
 * The mark: a sluice gate. Two piers, a gate lifted between them, water passing below in one direction.
 */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className="mark">
      <path className="mark-pier" d="M3 2.5h3.2v14.2H3zM17.8 2.5H21v14.2h-3.2z" />
      <path className="mark-gate" d="M7.7 2.5h8.6v7.2H7.7z" />
      <path
        className="mark-water"
        d="M2 20.2c1.7 0 1.7-1.5 3.4-1.5s1.7 1.5 3.3 1.5 1.7-1.5 3.3-1.5 1.7 1.5 3.3 1.5 1.7-1.5 3.4-1.5 1.6 1.5 3.3 1.5M7.7 14.3c1.1 0 1.1 1.2 2.2 1.2s1-1.2 2.1-1.2 1 1.2 2.1 1.2 1.1-1.2 2.2-1.2"
      />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="wordmark">
      <Mark size={22} />
      <span>Sluice</span>
    </span>
  );
}
