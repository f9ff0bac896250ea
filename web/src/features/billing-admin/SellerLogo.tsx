/** The seller's logo, once it is there. */
import { useTranslation } from "react-i18next";
import { useLogo } from "./queries";

export function SellerLogo({ className }: { className?: string }) {
  const { t } = useTranslation();
  const logo = useLogo(true);
  if (logo.data === undefined) return null;
  return (
    <img
      src={logo.data}
      alt={t("billingSettings.logo.alt")}
      className={className}
      data-testid="seller-logo"
    />
  );
}
