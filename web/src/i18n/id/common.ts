import type { Texts } from "../texts";

export const common: Texts["common"] = {
  appName: "Videocall",
  cancel: "Batal",
  close: "Tutup",
  save: "Simpan",
  retry: "Coba lagi",
  copied: "Tersalin",
  copyFailed: "Peramban Anda tidak mengizinkan penyalinan. Pilih teksnya lalu salin sendiri.",
  loadMore: "Tampilkan lagi",
  skipToContent: "Langsung ke isi",
  you: "Anda",
  unit: { hours: "{{hours}} jam", minutes: "{{minutes}} mnt", seconds: "{{count}} dtk" },
  nav: {
    label: "Menu utama",
    rooms: "Ruang",
    people: "Orang",
    profile: "Profil",
    signOut: "Keluar",
    account: "Akun Anda",
  },
  theme: { label: "Tampilan", light: "Terang", dark: "Gelap", auto: "Ikut sistem" },
  language: { label: "Bahasa", en: "English", id: "Bahasa Indonesia" },
  role: { admin: "Administrator", host: "Tuan rumah", customer: "Pelanggan" },
  notFound: {
    title: "Tidak ada apa-apa di sini",
    text: "Alamatnya mungkin salah ketik, atau halamannya sudah pindah.",
    action: "Ke ruang Anda",
  },
  crash: {
    title: "Halaman ini rusak",
    text: "Ini kesalahan kami. Muat ulang; jika tetap rusak, beri tahu administrator apa yang Anda lakukan.",
    action: "Muat ulang",
  },
};
