export const account = {
  email: "E-mail",
  password: "Password",
  passwordHint: "At least 8 characters. A short sentence is easy to remember.",
  name: "Your name",
  nameHint: "Others see it in calls.",
  required: "Please fill this in.",
  emailInvalid: "This doesn’t look like an e-mail address, like ana@example.com.",
  passwordShort: "Please use at least 8 characters.",
  passwordLong: "That is too long: at most 72 bytes fit. Please shorten it.",
  signIn: {
    title: "Sign in",
    action: "Sign in",
    register: "New here? Create an account",
    wrong: "E-mail and password don’t match. Check both and try again.",
    toRoom: "Sign in, and you are back in front of your call.",
  },
  register: {
    title: "Create your account",
    action: "Create account",
    signIn: "Already have an account? Sign in",
    taken: "There is an account with this e-mail. Sign in instead, or use another one.",
    toRoom: "One form, and you are back in front of your call.",
  },
  setUp: {
    title: "Set up Videocall",
    text: "You are the first one here. This account will be the administrator.",
    action: "Create administrator",
    noToken:
      "This server is not set up yet. Open the one-time link that it printed when it started, or run “videocall admin create”.",
    wrongToken:
      "This link is not valid any more. Start the server again to see the current one, or run “videocall admin create”.",
    done: "Videocall is already set up. Sign in with the administrator’s account.",
    toSignIn: "Go to sign in",
  },
  profile: {
    title: "Profile",
    role: "Role",
    about: "About you",
    look: "Language and look",
    lookHint: "Language is kept with your account, the look on this device.",
    saved: "Your profile is saved.",
  },
};
