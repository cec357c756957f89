​define({ is: "with a mark" });
