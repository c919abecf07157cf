console.error('this stand-in image has no node-gyp: it cannot compile add-ons');
process.exit(1);
