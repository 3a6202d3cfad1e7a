/** A QR code: dark on light in every colour scheme, since readers want it so. */
import styles from './qr-code.module.css';
import { drawQr, type QrText } from './qr-code.ts';

export function QrCode({ label, code }: { readonly label: string; readonly code: QrText | string }) {
  const { size, path } = drawQr(code);
  return (
    <svg
      className={styles.code}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
