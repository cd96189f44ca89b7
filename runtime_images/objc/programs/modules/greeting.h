#import <Foundation/Foundation.h>

static NSString *const text = @"modules";
