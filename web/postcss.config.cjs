module.exports = {
  plugins: {
    "postcss-preset-mantine": {},
    "postcss-simple-vars": {
      variables: { "breakpoint-sm": "40em", "breakpoint-md": "62em" },
    },
  },
};
