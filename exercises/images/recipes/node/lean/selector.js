module.exports = () => {
  throw new Error('this stand-in image has no `npm query`');
};
