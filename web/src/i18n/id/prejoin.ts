import type { Texts } from "../texts";

export const prejoin: Texts["prejoin"] = {
  title: "Siap bergabung?",
  titleRoom: "Siap bergabung ke “{{name}}”?",
  hostedBy: "Tuan rumah: {{name}}",
  inCall_other: "Sudah ada {{count}} orang di sana.",
  first: "Belum ada orang. Anda yang pertama.",
  as: "Anda bergabung sebagai {{name}}",
  join: "Gabung",
  joining: "Bergabung…",
  signInToJoin: "Masuk dan gabung",
  registerToJoin: "Buat akun",
  signInWhy: "Periksa kamera dan mikrofon sekarang. Untuk bergabung, masuklah dulu.",
  preview: "Kamera Anda, seperti Anda melihat diri sendiri",
  cameraOff: "Kamera mati",
  cameraStarting: "Menyalakan kamera…",
  camera: "Kamera",
  microphone: "Mikrofon",
  speaker: "Speaker",
  turnCameraOn: "Nyalakan kamera",
  turnCameraOff: "Matikan kamera",
  turnMicrophoneOn: "Nyalakan mikrofon",
  turnMicrophoneOff: "Matikan mikrofon",
  defaultDevice: "Bawaan",
  unnamedDevice: "Perangkat {{number}}",
  level: "Tingkat mikrofon",
  levelHint: "Ucapkan sesuatu: baris ini harus bergerak.",
  levelOff: "Mikrofon mati. Anda bergabung tanpa suara.",
  asking: "Peramban meminta izin kamera dan mikrofon. Pilih “Izinkan”.",
  help: {
    retry: "Coba lagi",
    refused: {
      title: "Peramban memblokir {{device}}",
      text: "Klik tanda kamera atau gembok di sebelah alamat, izinkan {{device}}, lalu coba lagi. Di ponsel, lihat pengaturan peramban untuk situs ini.",
    },
    missing: {
      title: "Kami tidak menemukan {{device}}",
      text: "Pasang atau nyalakan, lalu coba lagi. Anda juga bisa bergabung tanpa itu.",
    },
    busy: {
      title: "Program lain sedang memakai {{device}}",
      text: "Tutup panggilan atau program kamera lain, lalu coba lagi.",
    },
    insecure: {
      title: "Peramban tidak mengizinkan kamera di alamat ini",
      text: "Kamera dan mikrofon hanya bekerja di alamat aman yang diawali https://. Tanyakan kepada pengelola server ini.",
    },
    unknown: {
      title: "{{device}} tidak mau menyala",
      text: "Coba lagi, pilih perangkat lain, atau muat ulang halaman. Anda juga bisa bergabung tanpa itu.",
    },
    theCamera: "kamera Anda",
    theMicrophone: "mikrofon Anda",
    aCamera: "kamera",
    aMicrophone: "mikrofon",
  },
  gone: {
    notFound: {
      title: "Ruang ini bukan untuk Anda, atau tidak ada",
      text: "Periksa tautannya. Jika benar, minta tuan rumah mengundang {{email}}.",
      action: "Ke ruang Anda",
    },
    ended: {
      title: "Panggilan ini sudah berakhir",
      text: "Tuan rumah mengakhiri ruang ini. Jika menurut Anda keliru, minta tautan baru.",
      action: "Ke ruang Anda",
    },
  },
  mediaDown: {
    title: "Panggilan sedang tidak bisa",
    text: "Bagian server yang membawa panggilan tidak berjalan. Biasanya pulih sendiri: coba lagi sebentar lagi.",
  },
};
