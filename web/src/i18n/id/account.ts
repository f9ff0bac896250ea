import type { Texts } from "../texts";

export const account: Texts["account"] = {
  email: "Email",
  password: "Kata sandi",
  passwordHint: "Minimal 8 karakter. Kalimat pendek mudah diingat.",
  name: "Nama Anda",
  nameHint: "Terlihat oleh orang lain saat panggilan.",
  required: "Mohon diisi.",
  emailInvalid: "Ini tidak seperti alamat email, misalnya ana@example.com.",
  passwordShort: "Gunakan minimal 8 karakter.",
  passwordLong: "Terlalu panjang: paling banyak 72 bita. Mohon dipersingkat.",
  signIn: {
    title: "Masuk",
    action: "Masuk",
    register: "Baru di sini? Buat akun",
    wrong: "Email dan kata sandi tidak cocok. Periksa keduanya lalu coba lagi.",
    toRoom: "Setelah masuk, Anda kembali ke depan panggilan.",
  },
  register: {
    title: "Buat akun Anda",
    action: "Buat akun",
    signIn: "Sudah punya akun? Masuk",
    taken: "Sudah ada akun dengan email ini. Silakan masuk, atau pakai email lain.",
    toRoom: "Satu formulir, lalu Anda kembali ke depan panggilan.",
  },
  setUp: {
    title: "Siapkan Videocall",
    text: "Anda yang pertama di sini. Akun ini akan menjadi administrator.",
    action: "Buat administrator",
    noToken:
      "Server ini belum disiapkan. Buka tautan sekali pakai yang dicetaknya saat dinyalakan, atau jalankan “videocall admin create”.",
    wrongToken:
      "Tautan ini tidak berlaku lagi. Nyalakan ulang server untuk melihat yang baru, atau jalankan “videocall admin create”.",
    done: "Videocall sudah siap. Masuklah dengan akun administrator.",
    toSignIn: "Ke halaman masuk",
  },
  profile: {
    title: "Profil",
    role: "Peran",
    about: "Tentang Anda",
    look: "Bahasa dan tampilan",
    lookHint: "Bahasa disimpan di akun Anda, tampilan di perangkat ini.",
    saved: "Profil Anda tersimpan.",
  },
};
