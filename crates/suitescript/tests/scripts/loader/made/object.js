const made = 1;
define({ is: 'an object' });
